// Heads of HTTP/1.1 messages, parsed in place: the views point into the caller's buffer. What HTTP leaves
// open to two readings (Content-Length twice, or beside Transfer-Encoding, folded lines, other codings than
// chunked) is refused, so that no two parties can disagree about where a message ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::protocol {

struct MessageHead {
  std::string_view method{};  // of a request
  std::string_view target{};
  int status = 0;  // of a reply
  std::vector<std::pair<std::string_view, std::string_view>> fields{};
  std::optional<std::uint64_t> content_length{};
  bool chunked = false;
  bool keep_alive = false;
  bool expects_continue = false;

  // The value of the first field of that name (any case); empty when there is none.
  std::string_view field(std::string_view name) const;
};

enum class Parsed : std::uint8_t { need_more, complete, too_large, bad };

// Parses one message. The head's bytes must stay where they are while the views are used.
class MessageParser {
 public:
  enum class Side : std::uint8_t { request, reply };
  explicit MessageParser(Side side);
  ~MessageParser();

  void start();  // a new message
  // `available` starts where the last call stopped consuming; `consumed` counts what it used up.
  Parsed parse_head(std::string_view available, std::size_t& consumed);
  const MessageHead& head() const;

  // The next piece of a chunked body; empty while only framing was consumed. `complete` behind the last.
  Parsed parse_chunk(std::string_view available, std::size_t& consumed, std::string_view& piece);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tandem::protocol
