// One connection of a Server: reads requests one after the other and has them handled.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "protocol/contract/limits.hpp"
#include "protocol/http/exchange.hpp"
#include "protocol/http/message.hpp"
#include "protocol/http/secret.hpp"
#include "protocol/http/server.hpp"
#include "protocol/http/stream.hpp"

namespace tandem::protocol {

// What all connections of a server share.
struct ServerContext {
  Handler& handler;
  Runtime& runtime;
  const ServerOptions options;
  SecretCheck secret{};
  std::atomic<bool> stopping = false;
};

class ServerConnection final : public Exchange {
 public:
  ServerConnection(Socket socket, ServerContext& context);

  void serve();  // until the connection ends

  // From another thread: ends it if no request is under way, or in any case.
  void end_when_idle();
  void cut() { stream_.shut_down(); }
  // From another thread: it has not brought one whole request that was let in, and had time enough to.
  bool is_mere_caller(Instant now) const;

  const MessageHead& head() const override { return parser_.head(); }
  Result<std::span<const std::byte>> next_body() override;
  Result<std::string_view> whole_body(std::size_t bytes_max) override;
  void reply(int status, std::string_view fields, std::string_view body) override;
  void begin_reply(int status, std::string_view fields, std::uint64_t length) override;
  Status send(std::span<const std::byte> bytes) override;
  Status send_from(int file, std::uint64_t offset, std::size_t bytes) override;
  std::span<std::byte> scratch() override;

 private:
  static constexpr std::size_t buffer_bytes = 65'536;
  static constexpr std::size_t scratch_bytes = 65'536;
  static_assert(limits::http_header_bytes_max <= buffer_bytes / 2);

  bool await_head();
  bool receive_head(Instant deadline);
  Parsed parse_buffered();
  void refuse_head(Parsed outcome);
  void deny();
  void report_refusal(int status);
  void handle();
  void close_gently();

  bool may_keep_alive();
  void write_head(int status, std::string_view fields, std::uint64_t length);
  Status invite_body();
  Status receive_more(Instant deadline);
  Result<std::string_view> next_piece(Instant deadline);
  Result<std::string_view> next_block();
  Result<std::string_view> next_chunk(Instant deadline);
  Result<std::string_view> body_of_known_length(std::size_t length, Instant deadline);
  Result<std::string_view> body_of_chunks(std::size_t bytes_max, Instant deadline);
  Error broken(Moved outcome);

  ServerContext& context_;
  Stream stream_;
  MessageParser parser_{MessageParser::Side::request};
  std::atomic<bool> idle_ = false;
  std::atomic<bool> let_in_ = false;
  const Instant accepted_;

  // buffer_[begin_, end_) is received and not used yet; the head stands before, and stays there.
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t head_end_ = 0;
  std::unique_ptr<char[]> large_body_{};
  std::string chunked_body_{};
  std::unique_ptr<std::byte[]> scratch_{};
  std::string reply_head_{};

  std::uint64_t body_left_ = 0;
  std::uint64_t reply_left_ = 0;
  bool first_request_ = true;
  bool chunks_left_ = false;
  bool invited_ = false;  // the client was told to go on, or did not ask
  bool replied_ = false;
  bool head_unsent_ = false;
  bool keep_open_ = true;
  bool broken_ = false;  // nothing more can be said to the client
};

}  // namespace tandem::protocol
