#include "tests/support/local_cluster/ports.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <stdexcept>
#include <utility>

namespace tandem::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

bool with_address(int handle, std::uint16_t port, int (*call)(int, const sockaddr*, socklen_t)) {
  const auto address = loopback(port);
  return call(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

ReservedPort::ReservedPort() {
  // Below the range the system gives to outgoing connections (32768 and up).
  std::random_device chance;
  std::uniform_int_distribution<std::uint16_t> candidates(10000, 32000);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    number_ = candidates(chance);
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // Bound without SO_REUSEADDR, so that it fails when anybody has it; set afterwards, so that our own
    // daemon may join.
    const int on = 1;
    if (socket_ >= 0 && with_address(socket_, number_, ::bind) &&
        setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0) {
      return;
    }
    if (socket_ >= 0) close(socket_);
  }
  throw std::runtime_error("no free port on the loopback");
}

ReservedPort::~ReservedPort() {
  if (socket_ >= 0) close(socket_);
}

ReservedPort::ReservedPort(ReservedPort&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), number_(other.number_) {}

bool accepts_connections(std::uint16_t port) {
  const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0) return false;
  const bool accepted = with_address(handle, port, ::connect);
  close(handle);
  return accepted;
}

}  // namespace tandem::test
