#include "protocol/http/server_connection.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "protocol/http/http_status.hpp"
#include "protocol/wire/call_text.hpp"

namespace tandem::protocol {
namespace {

constexpr std::size_t drain_bytes_max = 1 << 20;
constexpr Duration drain_deadline = std::chrono::seconds(1);

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

void append_decimal(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), written.ptr);
}

}  // namespace

ServerConnection::ServerConnection(Socket socket, ServerContext& context)
    : context_(context),
      stream_(std::move(socket), context.runtime, context.options.progress_deadline),
      accepted_(context.runtime.now()),
      buffer_(std::make_unique_for_overwrite<char[]>(buffer_bytes)) {}

void ServerConnection::serve() {
  while (keep_open_ && !broken_ && await_head()) {
    handle();
    first_request_ = false;
  }
  if (!broken_) close_gently();
}

bool ServerConnection::is_mere_caller(Instant now) const {
  return !let_in_ && now - accepted_ >= context_.options.caller_patience;
}

void ServerConnection::end_when_idle() {
  if (idle_) stream_.shut_down_receiving();  // a reply that is just being sent still goes out
}

bool ServerConnection::await_head() {
  // Bytes of the next request may be here already.
  std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  large_body_.reset();
  chunked_body_ = {};
  parser_.start();

  const ServerOptions& options = context_.options;
  Instant deadline =
      context_.runtime.now() + (first_request_ ? options.head_deadline : options.idle_deadline);
  if (end_ == 0) {
    idle_ = true;
    if (context_.stopping) return false;
    const Status first = receive_more(deadline);
    idle_ = false;
    if (!first) return false;
    if (!first_request_) deadline = context_.runtime.now() + options.head_deadline;
  } else {
    deadline = context_.runtime.now() + options.head_deadline;
  }
  return receive_head(deadline);
}

bool ServerConnection::receive_head(Instant deadline) {
  for (;;) {
    const Parsed parsed = parse_buffered();
    if (parsed == Parsed::complete) return true;
    if (parsed != Parsed::need_more) {
      refuse_head(parsed);
      return false;
    }
    const Transfer got = stream_.receive(
        std::as_writable_bytes(std::span(buffer_.get() + end_, buffer_bytes - end_)), deadline);
    end_ += got.bytes;
    if (got.outcome == Moved::ok) continue;
    if (got.outcome == Moved::timed_out) {
      refuse_head(Parsed::need_more);
    } else {
      broken_ = true;
    }
    return false;
  }
}

Parsed ServerConnection::parse_buffered() {
  std::size_t consumed = 0;
  const Parsed parsed = parser_.parse_head({buffer_.get() + begin_, end_ - begin_}, consumed);
  begin_ += consumed;
  if (begin_ > limits::http_header_bytes_max) return Parsed::too_large;
  if (parsed == Parsed::need_more && end_ > limits::http_header_bytes_max) return Parsed::too_large;
  if (parsed == Parsed::complete) {
    head_end_ = begin_;
    body_left_ = head().content_length.value_or(0);
    chunks_left_ = head().chunked;
    invited_ = !head().expects_continue;
    replied_ = false;
    reply_left_ = 0;
  }
  return parsed;
}

void ServerConnection::refuse_head(Parsed outcome) {
  const int status = outcome == Parsed::too_large ? 431 : outcome == Parsed::bad ? 400 : 408;
  keep_open_ = false;
  reply_head_.assign("HTTP/1.1 ");
  append_decimal(reply_head_, static_cast<std::uint64_t>(status));
  reply_head_.append(" ").append(reason_phrase(status));
  reply_head_ += "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  broken_ = stream_.send(bytes_of(reply_head_)).outcome != Moved::ok;
  report_refusal(status);
}

void ServerConnection::report_refusal(int status) {
  if (context_.options.on_refused) context_.options.on_refused({status, stream_.peer()});
}

// The connection ends: who does not know the secret keeps no place from those who do.
void ServerConnection::deny() {
  keep_open_ = false;
  reply(401, "WWW-Authenticate: Basic realm=\"tandem\"\r\nContent-Type: text/xml\r\n",
        write_fault({.code = Code::denied,
                     .cause = "the secret is wrong or missing",
                     .mend = "give the cluster's secret, user tandem"}));
  report_refusal(401);
}

void ServerConnection::handle() {
  if (context_.secret.admits(head().field("Authorization"))) {
    let_in_ = true;
    context_.handler.handle(*this);
  } else {
    deny();
  }
  if (!replied_ && !broken_) reply(500, "", "");
  if (reply_left_ > 0) broken_ = true;  // broken off: the client must not take it for whole
}

// Closing with bytes unread would reset the connection and could destroy the reply on its way.
void ServerConnection::close_gently() {
  stream_.shut_down_sending();
  const Instant deadline = context_.runtime.now() + drain_deadline;
  std::size_t drained = 0;
  while (!context_.stopping && drained < drain_bytes_max) {
    const Transfer got =
        stream_.receive(std::as_writable_bytes(std::span(buffer_.get(), buffer_bytes)), deadline);
    if (got.outcome != Moved::ok) return;
    drained += got.bytes;
  }
}

Error ServerConnection::broken(Moved outcome) {
  broken_ = true;
  return {.code = Code::unavailable,
          .cause = outcome == Moved::timed_out ? "the client stalled" : "the client went away"};
}

Status ServerConnection::receive_more(Instant deadline) {
  const Transfer got =
      stream_.receive(std::as_writable_bytes(std::span(buffer_.get() + end_, buffer_bytes - end_)), deadline);
  end_ += got.bytes;
  if (got.outcome == Moved::ok) return success();
  return broken(got.outcome);
}

// The next request can be read only where this one's body ends.
bool ServerConnection::may_keep_alive() {
  const std::size_t here = static_cast<std::size_t>(std::min<std::uint64_t>(end_ - begin_, body_left_));
  begin_ += here;
  body_left_ -= here;
  return keep_open_ && head().keep_alive && !context_.stopping && body_left_ == 0 && !chunks_left_;
}

void ServerConnection::write_head(int status, std::string_view fields, std::uint64_t length) {
  keep_open_ = may_keep_alive();
  reply_head_.assign("HTTP/1.1 ");
  append_decimal(reply_head_, static_cast<std::uint64_t>(status));
  reply_head_.append(" ").append(reason_phrase(status)).append("\r\nContent-Length: ");
  append_decimal(reply_head_, length);
  reply_head_.append("\r\n").append(fields);
  if (!keep_open_) reply_head_ += "Connection: close\r\n";
  reply_head_ += "\r\n";
  replied_ = true;
}

void ServerConnection::reply(int status, std::string_view fields, std::string_view body) {
  if (broken_ || replied_) return;
  write_head(status, fields, body.size());
  if (head().method == "HEAD") body = {};
  broken_ = stream_.send(bytes_of(reply_head_), bytes_of(body)).outcome != Moved::ok;
}

void ServerConnection::begin_reply(int status, std::string_view fields, std::uint64_t length) {
  if (broken_ || replied_) return;
  write_head(status, fields, length);
  reply_left_ = length;
  head_unsent_ = true;
  if (length == 0) static_cast<void>(send({}));
}

Status ServerConnection::send(std::span<const std::byte> bytes) {
  if (broken_) return Error{.code = Code::unavailable, .cause = "the client went away"};
  const std::string_view head = std::exchange(head_unsent_, false) ? reply_head_ : std::string_view{};
  bytes = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), reply_left_)));
  const Transfer sent = stream_.send(bytes_of(head), bytes);
  if (sent.outcome != Moved::ok) return broken(sent.outcome);
  reply_left_ -= bytes.size();
  return success();
}

Status ServerConnection::send_from(int file, std::uint64_t offset, std::size_t bytes) {
  if (Status told = send({}); !told) return told;
  const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, reply_left_));
  const Transfer sent = stream_.send_from(file, offset, wanted);
  if (sent.outcome != Moved::ok) return broken(sent.outcome);
  reply_left_ -= wanted;
  return success();
}

std::span<std::byte> ServerConnection::scratch() {
  if (!scratch_) scratch_ = std::make_unique_for_overwrite<std::byte[]>(scratch_bytes);
  return {scratch_.get(), scratch_bytes};
}

}  // namespace tandem::protocol
