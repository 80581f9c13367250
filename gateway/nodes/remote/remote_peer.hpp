// What all calls to one node share: its connections, the credentials, how failures are told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"
#include "protocol/http/connection_pool.hpp"
#include "protocol/http/message.hpp"

namespace tandem::gateway {

class RemotePeer {
 public:
  RemotePeer(std::string address, Runtime& runtime, const protocol::ClientOptions& options,
             const std::string& secret);

  protocol::ConnectionPool& pool() { return pool_; }
  const std::string& address() const { return pool_.address(); }

  // Complete heads of requests, the empty line included.
  std::string call_head(std::size_t body_bytes) const;
  std::string fetch_head(const CallGuard& guard, const FetchRequest& request) const;
  std::string stage_head(const CallGuard& guard, const StageRequest& request) const;

  // An error of this node's, as it left the transport.
  Error named(Error error) const;
  // An answer that could not be read: whatever stands there does not speak this protocol.
  Error foreign(Error error) const;
  // Where the request may have reached the service and would have changed something.
  Error unknown_outcome(Error error) const;
  // What a reply other than the wanted one says; takes the rest of it from the connection.
  Error refused(protocol::ClientConnection& connection, const protocol::MessageHead& head) const;

 private:
  protocol::ConnectionPool pool_;
  std::string common_fields_;
};

}  // namespace tandem::gateway
