#include "protocol/http/client_connection.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "protocol/contract/limits.hpp"

namespace tandem::protocol {
namespace {

constexpr std::size_t buffer_bytes = 32'768;
static_assert(buffer_bytes > limits::http_header_bytes_max);

Error foreign(std::string cause) {
  return {.code = Code::unsupported,
          .cause = std::move(cause),
          .mend = "check that a storaged of a matching version listens there"};
}

Error lost(Moved outcome) {
  switch (outcome) {
    case Moved::timed_out:
      return {.code = Code::unavailable, .cause = "no answer in time"};
    case Moved::ended:
      return {.code = Code::unavailable, .cause = "the connection was closed"};
    default:
      return {.code = Code::unavailable, .cause = "the connection broke"};
  }
}

}  // namespace

ClientConnection::ClientConnection(Socket socket, Runtime& runtime, Duration progress)
    : stream_(std::move(socket), runtime, progress),
      buffer_(std::make_unique_for_overwrite<char[]>(buffer_bytes)) {}

Transfer ClientConnection::send(std::span<const std::byte> first, std::span<const std::byte> second,
                                std::span<const std::byte> third) {
  if (!awaiting_) {
    awaiting_ = true;
    parser_.start();
    large_.reset();
    begin_ = end_ = 0;
    received_ = 0;
  }
  const Transfer sent = stream_.send(first, second, third);
  last_ = sent.outcome;
  if (sent.outcome != Moved::ok) reusable_ = false;
  deadline_ = stream_.progress_deadline();
  return sent;
}

bool ClientConnection::ready_by(Instant deadline) {
  return !awaiting_ || begin_ != end_ || stream_.readable_by(deadline);
}

Status ClientConnection::receive_into(std::span<std::byte> room, std::size_t& got) {
  const Transfer received = stream_.receive(room, deadline_);
  last_ = received.outcome;
  got = received.bytes;
  if (received.outcome != Moved::ok) {
    reusable_ = false;
    return lost(received.outcome);
  }
  received_ += received.bytes;
  deadline_ = stream_.progress_deadline();
  return success();
}

Result<const MessageHead*> ClientConnection::receive_head() {
  for (;;) {
    std::size_t consumed = 0;
    const Parsed parsed = parser_.parse_head({buffer_.get() + begin_, end_ - begin_}, consumed);
    begin_ += consumed;
    if (parsed == Parsed::complete) {
      if (parser_.head().status >= 200) return accept_head();
      parser_.start();
      continue;
    }
    if (parsed != Parsed::need_more || end_ == buffer_bytes) {
      reusable_ = false;
      return foreign("the answer is not HTTP as a node speaks it");
    }
    std::size_t got = 0;
    const std::span room(buffer_.get() + end_, buffer_bytes - end_);
    if (Status received = receive_into(std::as_writable_bytes(room), got); !received) {
      return std::move(received).error();
    }
    end_ += got;
  }
}

Result<const MessageHead*> ClientConnection::accept_head() {
  const MessageHead& head = parser_.head();
  if (!head.content_length) {
    reusable_ = false;
    return foreign("the answer has no length");
  }
  awaiting_ = false;
  body_left_ = *head.content_length;
  if (!head.keep_alive) reusable_ = false;
  return &head;
}

Result<std::size_t> ClientConnection::read_body(std::span<std::byte> out) {
  const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), body_left_));
  if (wanted == 0) return std::size_t{0};
  std::size_t got = std::min(wanted, end_ - begin_);
  if (got > 0) {
    std::memcpy(out.data(), buffer_.get() + begin_, got);
    begin_ += got;
  } else if (Status received = receive_into(out.first(wanted), got); !received) {
    return std::move(received).error();
  }
  body_left_ -= got;
  return got;
}

Result<std::string_view> ClientConnection::whole_body(std::size_t bytes_max) {
  if (body_left_ > bytes_max) {
    reusable_ = false;
    return foreign("the answer is longer than " + std::to_string(bytes_max) + " bytes");
  }
  const auto length = static_cast<std::size_t>(body_left_);
  if (length <= end_ - begin_) {
    body_left_ = 0;
    return std::string_view(buffer_.get() + std::exchange(begin_, begin_ + length), length);
  }
  large_ = std::make_unique_for_overwrite<char[]>(length);
  std::size_t have = 0;
  while (have < length) {
    const auto got = read_body(std::as_writable_bytes(std::span(large_.get() + have, length - have)));
    if (!got) return got.error();
    have += *got;
  }
  return std::string_view(large_.get(), length);
}

}  // namespace tandem::protocol
