// One request and its reply, as a handler sees them. Views into the request are valid until handle()
// returns; a piece of the body until the next one is asked for. A handler that returns without a reply
// makes the server answer 500.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "protocol/contract/result.hpp"
#include "protocol/http/message.hpp"

namespace tandem::protocol {

class Exchange {
 public:
  virtual ~Exchange() = default;

  virtual const MessageHead& head() const = 0;

  // The next bytes of the body, empty at its end. `unavailable`: the client went away or stalled;
  // `invalid`: its framing is wrong. The connection is closed after either.
  virtual Result<std::span<const std::byte>> next_body() = 0;
  // The whole body in one piece; `invalid` when it is longer than `bytes_max`.
  virtual Result<std::string_view> whole_body(std::size_t bytes_max) = 0;

  // `fields` are complete lines, each with its CRLF, without Content-Length. One send for all.
  virtual void reply(int status, std::string_view fields, std::string_view body) = 0;

  // A reply in pieces, `length` bytes in all; the head travels with the first piece. An Error from send():
  // the client is gone. To break off a reply that cannot be finished, return: the connection is closed.
  virtual void begin_reply(int status, std::string_view fields, std::uint64_t length) = 0;
  virtual Status send(std::span<const std::byte> bytes) = 0;
  // The same with bytes of an open file, which the kernel sends from its page cache. An Error also when the
  // file ends before: then the reply can only be broken off.
  virtual Status send_from(int file, std::uint64_t offset, std::size_t bytes) = 0;

  // Room for the pieces of a reply, the connection's own; a piece of the body may stand in it.
  virtual std::span<std::byte> scratch() = 0;
};

class Handler {
 public:
  virtual ~Handler() = default;
  virtual void handle(Exchange& exchange) = 0;  // from many threads, one exchange each
};

}  // namespace tandem::protocol
