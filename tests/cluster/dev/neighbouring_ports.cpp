#include "tests/cluster/dev/neighbouring_ports.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <stdexcept>

namespace tandem::test {

NeighbouringPorts::NeighbouringPorts(std::size_t count) {
  // Below the range the system gives to outgoing connections (32768 and up).
  std::random_device chance;
  std::uniform_int_distribution<std::uint16_t> candidates(10000, 32000);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    first_ = candidates(chance);
    while (sockets_.size() < count && reserve(static_cast<std::uint16_t>(first_ + sockets_.size()))) continue;
    if (sockets_.size() == count) return;
    release();
  }
  throw std::runtime_error("no free neighbouring ports on the loopback");
}

NeighbouringPorts::~NeighbouringPorts() {
  release();
}

bool NeighbouringPorts::reserve(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  // Bound without SO_REUSEADDR, so that it fails when anybody has it; set afterwards, so that the daemon may
  // join.
  if (handle >= 0 && bind(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0) {
    sockets_.push_back(handle);
    return true;
  }
  if (handle >= 0) close(handle);
  return false;
}

void NeighbouringPorts::release() {
  for (const int handle : sockets_) close(handle);
  sockets_.clear();
}

}  // namespace tandem::test
