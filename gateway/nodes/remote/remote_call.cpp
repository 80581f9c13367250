#include "gateway/nodes/remote/remote_call.hpp"

#include <span>
#include <utility>

#include "protocol/contract/limits.hpp"
#include "protocol/wire/call_text.hpp"

namespace tandem::gateway {
namespace {

using protocol::Moved;
using Wanted = protocol::ConnectionPool::Wanted;

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

}  // namespace

RemoteCall::RemoteCall(std::shared_ptr<RemotePeer> peer, std::string_view method, std::string_view request,
                       Effect effect, Duration extra_wait)
    : peer_(std::move(peer)),
      body_(protocol::write_node_call(method, request)),
      effect_(effect),
      extra_wait_(extra_wait) {
  head_ = peer_->call_head(body_.size());
  send(effect == Effect::changes ? Wanted::checked : Wanted::any);
}

bool RemoteCall::may_send_again() const {
  return effect_ != Effect::changes && !sent_again_ && lease_->nothing_received() &&
         lease_->last() != Moved::timed_out;
}

Error RemoteCall::lost(Error error) const {
  return effect_ == Effect::reads ? peer_->named(std::move(error)) : peer_->unknown_outcome(std::move(error));
}

void RemoteCall::send_again() {
  sent_again_ = true;
  lease_.release();
  send(Wanted::fresh);
}

void RemoteCall::send(Wanted wanted) {
  auto lease = peer_->pool().acquire(wanted);
  if (!lease) {
    failure_ = sent_again_ ? lost(std::move(lease).error()) : peer_->named(std::move(lease).error());
    return;
  }
  lease_ = std::move(*lease);
  const auto sent = lease_->send(bytes_of(head_), bytes_of(body_));
  if (sent.outcome == Moved::ok) {
    lease_->extend_wait(extra_wait_);
  } else if (may_send_again()) {
    send_again();
  } else {
    Error error{.code = Code::unavailable, .cause = "the request could not be sent"};
    failure_ = sent.bytes == 0 && !sent_again_ ? peer_->named(std::move(error)) : lost(std::move(error));
  }
}

Result<const protocol::MessageHead*> RemoteCall::receive_head() {
  auto head = lease_->receive_head();
  if (head || !may_send_again()) return head;
  send_again();
  if (failure_) return *failure_;
  return lease_->receive_head();
}

Result<std::string> RemoteCall::collect() {
  if (failure_) return *failure_;
  const auto head = receive_head();
  if (failure_) return *failure_;
  if (!head) return lost(head.error());
  if ((*head)->status != 200) return peer_->refused(*lease_, **head);
  const auto body = lease_->whole_body(limits::xml_body_bytes_max);
  if (!body) return lost(body.error());
  auto reply = protocol::read_node_reply(*body);
  lease_.release();
  if (!reply) return peer_->named(std::move(reply).error());
  return reply;
}

}  // namespace tandem::gateway
