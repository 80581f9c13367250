// TCP ports of the loopback that stay free for one test.
#pragma once

#include <cstdint>

namespace tandem::test {

// Keeps a port from everybody else who asks for one: a socket is bound to it and never listens. A daemon
// that sets SO_REUSEADDR can still listen there, again and again; while none does, connections are refused.
class ReservedPort {
 public:
  ReservedPort();  // throws std::runtime_error when no port is to be had
  ~ReservedPort();
  ReservedPort(ReservedPort&& other) noexcept;
  ReservedPort& operator=(ReservedPort&&) = delete;

  std::uint16_t number() const { return number_; }

 private:
  int socket_ = -1;
  std::uint16_t number_ = 0;
};

// Whether somebody accepts a connection there.
bool accepts_connections(std::uint16_t port);

}  // namespace tandem::test
