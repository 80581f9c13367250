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

std::uint16_t random_port() {
  std::random_device chance;
  return std::uniform_int_distribution<std::uint16_t>(10000, 32000)(chance);
}

std::optional<ReservedPort> ReservedPort::at(std::uint16_t number) {
  const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0) return std::nullopt;
  ReservedPort port(handle, number);
  // Bound without SO_REUSEADDR, so that it fails when anybody has it; set afterwards, so that our own daemon
  // may join.
  const int on = 1;
  if (!with_address(handle, number, ::bind) ||
      setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) {
    return std::nullopt;
  }
  return port;
}

ReservedPort::ReservedPort() {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    auto free = at(random_port());
    if (!free) continue;
    socket_ = std::exchange(free->socket_, -1);
    number_ = free->number_;
    return;
  }
  throw std::runtime_error("no free port on the loopback");
}

void ReservedPort::occupy() {
  if (::listen(socket_, SOMAXCONN) != 0) throw std::runtime_error("cannot listen on a reserved port");
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
