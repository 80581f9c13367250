// A client's side of one keep-alive connection: sends a request, then reads its reply. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"
#include "protocol/http/message.hpp"
#include "protocol/http/stream.hpp"

namespace tandem::protocol {

class ClientConnection {
 public:
  ClientConnection(Socket socket, Runtime& runtime, Duration progress);

  // Sends pieces of a request; the wait for the reply counts from the last of them.
  Transfer send(std::span<const std::byte> first, std::span<const std::byte> second = {},
                std::span<const std::byte> third = {});
  // Lets the reply to the present request take that much longer.
  void extend_wait(Duration by) { deadline_ += by; }

  // True when receive_head() would not have to wait.
  bool ready_by(Instant deadline);
  // Waits for the head of the reply; interim ones are skipped. Views into it hold until the next send().
  // `unavailable` with the reason, or `unsupported` for what is no reply of ours; last() tells more.
  Result<const MessageHead*> receive_head();
  Moved last() const { return last_; }                      // how the last wait ended
  bool nothing_received() const { return received_ == 0; }  // of the present reply

  std::uint64_t body_left() const { return body_left_; }
  // The next bytes of the body, 0 at its end.
  Result<std::size_t> read_body(std::span<std::byte> out);
  // The rest of the body in one piece, valid until the next send(); `unsupported` beyond `bytes_max`.
  Result<std::string_view> whole_body(std::size_t bytes_max);

  // True when no reply is awaited, the last was read to its end, and the peer keeps the connection.
  bool reusable() const { return reusable_ && body_left_ == 0 && !awaiting_; }
  bool is_spent() const { return stream_.is_spent(); }

 private:
  Status receive_into(std::span<std::byte> room, std::size_t& got);
  Result<const MessageHead*> accept_head();

  Stream stream_;
  MessageParser parser_{MessageParser::Side::reply};
  std::unique_ptr<char[]> buffer_;
  std::unique_ptr<char[]> large_{};
  std::size_t begin_ = 0;  // buffer_[begin_, end_) is received and not used yet
  std::size_t end_ = 0;
  std::uint64_t body_left_ = 0;
  std::uint64_t received_ = 0;
  Instant deadline_{};
  Moved last_ = Moved::ok;
  bool awaiting_ = false;
  bool reusable_ = true;
};

}  // namespace tandem::protocol
