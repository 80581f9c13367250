#include "tests/support/fault_proxy/sockets.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tandem::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

OwnedSocket new_socket(int flags) {
  OwnedSocket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  const int on = 1;
  setsockopt(socket.handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // accepted ones inherit it
  setsockopt(socket.handle(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  return socket;
}

int connect_there(const OwnedSocket& socket, std::uint16_t port) {
  const auto address = loopback(port);
  return ::connect(socket.handle(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

}  // namespace

void OwnedSocket::close() {
  if (handle_ >= 0) ::close(std::exchange(handle_, -1));
}

OwnedSocket connect_to(std::uint16_t port) {
  auto socket = new_socket(0);
  if (connect_there(socket, port) != 0) socket.close();
  return socket;
}

OwnedSocket begin_to_connect(std::uint16_t port) {
  auto socket = new_socket(SOCK_NONBLOCK);
  connect_there(socket, port);
  return socket;
}

OwnedSocket listen_at(std::uint16_t port, int backlog) {
  auto socket = new_socket(SOCK_NONBLOCK);
  const auto address = loopback(port);
  if (::bind(socket.handle(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket.handle(), backlog) != 0) {
    throw std::system_error(errno, std::generic_category(), "listen on the loopback");
  }
  return socket;
}

}  // namespace tandem::test
