// The half of a connection that takes the body of a request: whole, in pieces, or in chunks.
#include <algorithm>
#include <cstring>
#include <utility>

#include "protocol/http/server_connection.hpp"

namespace tandem::protocol {
namespace {

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

Error misframed() {
  return {.code = Code::invalid, .cause = "the body of the request is wrongly framed"};
}

}  // namespace

Status ServerConnection::invite_body() {
  if (invited_) return success();
  invited_ = true;
  if (begin_ != end_) return success();  // it comes anyway
  const Transfer sent = stream_.send(std::as_bytes(std::span(go_on)));
  if (sent.outcome == Moved::ok) return success();
  return broken(sent.outcome);
}

Result<std::span<const std::byte>> ServerConnection::next_body() {
  auto piece = next_piece(stream_.progress_deadline());
  if (!piece) return std::move(piece).error();
  return std::as_bytes(std::span(*piece));
}

Result<std::string_view> ServerConnection::next_piece(Instant deadline) {
  if (Status invited = invite_body(); !invited) return std::move(invited).error();
  if (head().chunked) return next_chunk(deadline);
  if (body_left_ == 0) return std::string_view{};
  if (begin_ == end_) return next_block();
  const std::size_t length = static_cast<std::size_t>(std::min<std::uint64_t>(end_ - begin_, body_left_));
  const std::string_view piece(buffer_.get() + begin_, length);
  begin_ += length;
  body_left_ -= length;
  return piece;
}

// The rest of a body in pieces that end where blocks of the content do: whole ones are checksummed and
// written to whole pages.
Result<std::string_view> ServerConnection::next_block() {
  const std::span<std::byte> room = scratch();
  const std::uint64_t before = head().content_length.value_or(0) - body_left_;
  const auto length =
      static_cast<std::size_t>(std::min<std::uint64_t>(scratch_bytes - before % scratch_bytes, body_left_));
  for (std::size_t have = 0; have < length;) {
    const Transfer got = stream_.receive(room.subspan(have, length - have), stream_.progress_deadline());
    if (got.outcome != Moved::ok) return broken(got.outcome);
    have += got.bytes;
  }
  body_left_ -= length;
  return std::string_view(reinterpret_cast<const char*>(room.data()), length);
}

Result<std::string_view> ServerConnection::next_chunk(Instant deadline) {
  while (chunks_left_) {
    std::size_t consumed = 0;
    std::string_view piece;
    const Parsed parsed = parser_.parse_chunk({buffer_.get() + begin_, end_ - begin_}, consumed, piece);
    begin_ += consumed;
    if (parsed == Parsed::complete) chunks_left_ = false;
    if (parsed == Parsed::bad || parsed == Parsed::too_large) {
      keep_open_ = false;
      return misframed();
    }
    if (!piece.empty()) return piece;
    if (!chunks_left_ || consumed > 0) continue;
    std::memmove(buffer_.get() + head_end_, buffer_.get() + begin_, end_ - begin_);
    end_ = head_end_ + (end_ - begin_);
    begin_ = head_end_;
    // Framing without end: more of it than any chunk head or trailer needs.
    if (end_ - begin_ > limits::http_header_bytes_max) {
      keep_open_ = false;
      return misframed();
    }
    if (Status received = receive_more(deadline); !received) return std::move(received).error();
  }
  return std::string_view{};
}

Result<std::string_view> ServerConnection::whole_body(std::size_t bytes_max) {
  const Instant deadline = context_.runtime.now() + context_.options.document_deadline;
  if (head().chunked) return body_of_chunks(bytes_max, deadline);
  if (body_left_ > bytes_max) {
    return Error{.code = Code::invalid,
                 .cause = "the body is longer than " + std::to_string(bytes_max) + " bytes"};
  }
  return body_of_known_length(static_cast<std::size_t>(body_left_), deadline);
}

Result<std::string_view> ServerConnection::body_of_known_length(std::size_t length, Instant deadline) {
  if (Status invited = invite_body(); !invited) return std::move(invited).error();
  char* body = buffer_.get() + begin_;
  std::size_t have = std::min(end_ - begin_, length);
  if (length > buffer_bytes - begin_) {
    large_body_ = std::make_unique_for_overwrite<char[]>(length);
    body = large_body_.get();
    std::memcpy(body, buffer_.get() + begin_, have);
  }
  begin_ += have;
  while (have < length) {
    const Transfer got = stream_.receive(std::as_writable_bytes(std::span(body + have, length - have)),
                                         std::min(deadline, stream_.progress_deadline()));
    if (got.outcome != Moved::ok) return broken(got.outcome);
    have += got.bytes;
    if (!large_body_) begin_ = end_ += got.bytes;
  }
  body_left_ = 0;
  return std::string_view(body, length);
}

Result<std::string_view> ServerConnection::body_of_chunks(std::size_t bytes_max, Instant deadline) {
  for (;;) {
    auto piece = next_piece(std::min(deadline, stream_.progress_deadline()));
    if (!piece) return std::move(piece).error();
    if (piece->empty()) return std::string_view(chunked_body_);
    if (piece->size() > bytes_max - chunked_body_.size()) {
      return Error{.code = Code::invalid,
                   .cause = "the body is longer than " + std::to_string(bytes_max) + " bytes"};
    }
    chunked_body_ += *piece;
  }
}

}  // namespace tandem::protocol
