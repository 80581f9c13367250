#include "bench/workloads/loopback_server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>

#include "bench/loopback/sockets.hpp"
#include "bench/workloads/subject.hpp"

namespace tandem::bench {
namespace {

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

bool serve_one(int connection) {
  std::array<char, loopback_request_bytes> request{};
  if (::recv(connection, request.data(), request.size(), MSG_WAITALL) !=
      static_cast<ssize_t>(request.size())) {
    return false;
  }
  std::uint64_t left = 0;
  std::memcpy(&left, request.data(), sizeof left);
  const auto bytes = some_bytes(piece_bytes);
  while (left > 0) {
    const auto sent =
        ::send(connection, bytes.data(), std::min<std::uint64_t>(left, bytes.size()), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    left -= static_cast<std::uint64_t>(sent);
  }
  return true;
}

[[noreturn]] void serve(int listener) {
  (void)some_bytes(piece_bytes);  // made before the first request, not during it
  for (;;) {
    const int connection = ::accept(listener, nullptr, nullptr);
    if (connection < 0) ::_exit(1);
    const int on = 1;
    (void)::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::thread([connection] {
      while (serve_one(connection)) {
      }
      ::close(connection);
    }).detach();
  }
}

}  // namespace

LoopbackServer::LoopbackServer() {
  const protocol::Socket listener = listen_on_loopback();
  port_ = protocol::port_of(listener);
  process_ = checked(::fork(), "fork");
  if (process_ == 0) {
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
    serve(listener.descriptor());
  }
}

LoopbackServer::~LoopbackServer() {
  (void)::kill(process_, SIGKILL);
  (void)::waitpid(process_, nullptr, 0);
}

}  // namespace tandem::bench
