// TCP ports of the loopback that stay free for one test.
#pragma once

#include <cstdint>
#include <optional>

namespace tandem::test {

// Keeps a port from everybody else who asks for one: a socket is bound to it and never listens. A daemon
// that sets SO_REUSEADDR can still listen there, again and again; while none does, connections are refused.
class ReservedPort {
 public:
  ReservedPort();  // throws std::runtime_error when no port is to be had
  static std::optional<ReservedPort> at(std::uint16_t number);  // nothing when somebody has it
  ~ReservedPort();
  ReservedPort(ReservedPort&& other) noexcept;
  ReservedPort& operator=(ReservedPort&&) = delete;

  std::uint16_t number() const { return number_; }
  void occupy();  // from now on as another program's: connections are taken, no daemon can listen there

 private:
  ReservedPort(int socket, std::uint16_t number) : socket_(socket), number_(number) {}

  int socket_ = -1;
  std::uint16_t number_ = 0;
};

// One that nobody is known to use, below the range the system gives to outgoing connections (32768 and up).
std::uint16_t random_port();

// Whether somebody accepts a connection there.
bool accepts_connections(std::uint16_t port);

}  // namespace tandem::test
