// Contents on their way to and from a node.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway/nodes/node.hpp"
#include "gateway/nodes/remote/remote_peer.hpp"

namespace tandem::gateway {

// The head waits for the first bytes, so that a small content is one send. Bodies of unknown size are
// chunked. The node's answer is waited for since the last byte sent, and longer for a long content, which
// the node may still have to sync.
class RemoteUpload final : public Upload {
 public:
  RemoteUpload(std::shared_ptr<RemotePeer> peer, const CallGuard& guard, const StageRequest& request);
  Status write(std::span<const std::byte> bytes) override;
  Status finish_sending() override;
  Result<StageReply> collect() override;

 private:
  Status send(std::string_view before, std::span<const std::byte> bytes, std::string_view behind);
  Error interrupted(std::size_t sent_now);
  Status fail(Error error);

  std::shared_ptr<RemotePeer> peer_;
  std::string head_;  // until it is sent
  std::optional<std::uint64_t> size_bytes_;
  std::uint64_t written_ = 0;
  bool anything_sent_ = false;
  bool finished_ = false;
  protocol::ConnectionPool::Lease lease_{};
  std::optional<Error> failure_{};
};

class RemoteDownload final : public Download {
 public:
  RemoteDownload(std::shared_ptr<RemotePeer> peer, const CallGuard& guard, const FetchRequest& request);
  bool ready_by(Instant deadline) override;
  Result<FetchHead> head() override;
  Result<std::size_t> read(std::span<std::byte> out) override;

 private:
  void send(protocol::ConnectionPool::Wanted wanted);
  bool may_send_again() const;
  void send_again();
  Result<FetchHead> receive_head();
  Result<FetchHead> accept_head(const protocol::MessageHead& head);

  std::shared_ptr<RemotePeer> peer_;
  std::string request_head_;
  std::uint64_t offset_;
  std::uint64_t length_;
  bool sent_again_ = false;
  protocol::ConnectionPool::Lease lease_{};
  std::optional<Error> failure_{};
  std::optional<FetchHead> head_{};
};

}  // namespace tandem::gateway
