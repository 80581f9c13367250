#include "gateway/nodes/remote/remote_content.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <utility>

#include "protocol/contract/limits.hpp"
#include "protocol/http/object_text.hpp"

namespace tandem::gateway {
namespace {

using protocol::Moved;
using Wanted = protocol::ConnectionPool::Wanted;

constexpr std::size_t small_body_bytes_max = 65'536;
// A node that syncs what it was sent is given a second for so many bytes.
constexpr std::uint64_t bytes_synced_per_second = 16 << 20;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::string chunk_head(std::size_t bytes) {
  std::array<char, 20> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), bytes, 16);
  return std::string(digits.data(), written.ptr) + "\r\n";
}

Duration time_to_sync(std::uint64_t bytes) {
  return std::chrono::seconds(bytes / bytes_synced_per_second);
}

}  // namespace

RemoteUpload::RemoteUpload(std::shared_ptr<RemotePeer> peer, const CallGuard& guard,
                           const StageRequest& request)
    : peer_(std::move(peer)), head_(peer_->stage_head(guard, request)), size_bytes_(request.size_bytes) {
  // Never sent twice, so not on a connection that is known to be closed.
  auto lease = peer_->pool().acquire(Wanted::checked);
  if (lease) {
    lease_ = std::move(*lease);
  } else {
    failure_ = peer_->named(std::move(lease).error());
  }
}

Status RemoteUpload::fail(Error error) {
  failure_ = error;
  return error;
}

// A node may refuse before it has all of the body; its reason is better than a broken connection's.
Error RemoteUpload::interrupted(std::size_t sent_now) {
  const bool reached = anything_sent_ || sent_now > 0;
  Error error{.code = Code::unavailable, .cause = "the connection broke while sending"};
  if (lease_->last() == Moved::timed_out) error.cause = "the node took no more bytes in time";
  if (!reached) return peer_->named(std::move(error));
  if (lease_->last() == Moved::failed && lease_->ready_by(Instant{})) {
    const auto head = lease_->receive_head();
    if (head && (*head)->status != 200) return peer_->refused(*lease_, **head);
  }
  return peer_->unknown_outcome(std::move(error));
}

Status RemoteUpload::send(std::string_view before, std::span<const std::byte> bytes,
                          std::string_view behind) {
  const auto sent = lease_->send(bytes_of(before), bytes, bytes_of(behind));
  if (sent.outcome != Moved::ok) return fail(interrupted(sent.bytes));
  anything_sent_ = true;
  return success();
}

Status RemoteUpload::write(std::span<const std::byte> bytes) {
  if (failure_) return *failure_;
  if (bytes.empty()) return success();
  written_ += bytes.size();
  std::string before = std::exchange(head_, {});
  if (!size_bytes_) {
    before += chunk_head(bytes.size());
    return send(before, bytes, "\r\n");
  }
  if (written_ > *size_bytes_) {
    return fail(peer_->unknown_outcome({.code = Code::unavailable, .cause = "more bytes than announced"}));
  }
  return send(before, bytes, {});
}

Status RemoteUpload::finish_sending() {
  if (failure_) return *failure_;
  finished_ = true;
  const std::string before = std::exchange(head_, {});
  if (!size_bytes_) return send(before, {}, "0\r\n\r\n");
  if (written_ < *size_bytes_) {
    return fail(peer_->unknown_outcome({.code = Code::unavailable, .cause = "fewer bytes than announced"}));
  }
  return before.empty() ? success() : send(before, {}, {});
}

Result<StageReply> RemoteUpload::collect() {
  if (failure_) return *failure_;
  assert(finished_);
  lease_->extend_wait(time_to_sync(written_));
  const auto head = lease_->receive_head();
  if (!head) return peer_->unknown_outcome(head.error());
  if ((*head)->status != 200) return peer_->refused(*lease_, **head);
  auto reply = protocol::read_stage_reply(**head);
  if (!reply) return peer_->unknown_outcome(peer_->foreign(std::move(reply).error()));
  static_cast<void>(lease_->whole_body(small_body_bytes_max));
  lease_.release();
  return reply;
}

RemoteDownload::RemoteDownload(std::shared_ptr<RemotePeer> peer, const CallGuard& guard,
                               const FetchRequest& request)
    : peer_(std::move(peer)),
      request_head_(peer_->fetch_head(guard, request)),
      offset_(request.offset),
      length_(request.length) {
  send(Wanted::any);
}

bool RemoteDownload::may_send_again() const {
  return !sent_again_ && lease_->nothing_received() && lease_->last() != Moved::timed_out;
}

void RemoteDownload::send_again() {
  sent_again_ = true;
  lease_.release();
  send(Wanted::fresh);
}

void RemoteDownload::send(Wanted wanted) {
  auto lease = peer_->pool().acquire(wanted);
  if (!lease) {
    failure_ = peer_->named(std::move(lease).error());
    return;
  }
  lease_ = std::move(*lease);
  if (lease_->send(bytes_of(request_head_)).outcome == Moved::ok) return;
  if (may_send_again()) {
    send_again();
  } else {
    failure_ = peer_->named({.code = Code::unavailable, .cause = "the request could not be sent"});
  }
}

bool RemoteDownload::ready_by(Instant deadline) {
  return failure_.has_value() || head_.has_value() || lease_->ready_by(deadline);
}

Result<FetchHead> RemoteDownload::head() {
  if (head_) return *head_;
  if (failure_) return *failure_;
  auto received = receive_head();
  if (received) {
    head_ = *received;
  } else {
    failure_ = received.error();
  }
  return received;
}

Result<FetchHead> RemoteDownload::receive_head() {
  auto head = lease_->receive_head();
  if (!head && may_send_again()) {
    send_again();
    if (failure_) return *failure_;
    head = lease_->receive_head();
  }
  if (!head) return peer_->named(std::move(head).error());
  return accept_head(**head);
}

Result<FetchHead> RemoteDownload::accept_head(const protocol::MessageHead& head) {
  if (head.field(protocol::answer_field).empty()) return peer_->refused(*lease_, head);
  auto fetched = protocol::read_fetch_head(head);
  if (!fetched) return peer_->foreign(std::move(fetched).error());
  if (fetched->answer != Answer::ok) {
    static_cast<void>(lease_->whole_body(small_body_bytes_max));
    lease_.release();
  } else if (fetched->length > length_ || fetched->offset != offset_) {
    return peer_->named(
        {.code = Code::unsupported, .cause = "the node sent another range than was asked for"});
  }
  return fetched;
}

Result<std::size_t> RemoteDownload::read(std::span<std::byte> out) {
  const auto known = head();
  if (!known) return known.error();
  if (!lease_.holds()) return std::size_t{0};
  auto got = lease_->read_body(out);
  if (!got) {
    failure_ = peer_->named(std::move(got).error());
    lease_.release();
    head_.reset();
    return *failure_;
  }
  if (lease_->body_left() == 0) lease_.release();  // others may use the connection
  return got;
}

}  // namespace tandem::gateway
