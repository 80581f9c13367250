// One XML-RPC call to a node under way: sent when made, collected later.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/nodes/remote/remote_peer.hpp"
#include "protocol/contract/result.hpp"

namespace tandem::gateway {

// What may be concluded and done when a call fails on its way.
enum class Effect : std::uint8_t {
  reads,       // changes nothing: sent again once if the connection ends before an answer; else `unavailable`
  repeatable,  // changes, but twice is as good as once: sent again likewise; else `outcome_unknown`
  changes,     // never sent again; `outcome_unknown`
};

class RemoteCall {
 public:
  RemoteCall(std::shared_ptr<RemotePeer> peer, std::string_view method, std::string_view request,
             Effect effect, Duration extra_wait = {});
  Result<std::string> collect();  // the bytes of the reply; once

 private:
  void send(protocol::ConnectionPool::Wanted wanted);
  void send_again();
  bool may_send_again() const;
  Result<const protocol::MessageHead*> receive_head();
  Error lost(Error error) const;

  std::shared_ptr<RemotePeer> peer_;
  std::string head_;
  std::string body_;
  Effect effect_;
  Duration extra_wait_;
  bool sent_again_ = false;
  protocol::ConnectionPool::Lease lease_{};
  std::optional<Error> failure_{};
};

}  // namespace tandem::gateway
