#include "protocol/http/socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace tandem::protocol {
namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

std::string text_of(const HostPort& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "[" + address.host + "]" : address.host) + ":" + address.port;
}

Error cannot(const std::string& what, const HostPort& address, const std::string& reason) {
  return {.code = Code::unavailable, .cause = "cannot " + what + " " + text_of(address) + ": " + reason};
}

std::string reason_of(int error_number) {
  return std::generic_category().message(error_number);
}

Result<AddressList> look_up(const HostPort& address, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* list = nullptr;
  const int failure = getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &list);
  if (failure != 0) return cannot("resolve", address, gai_strerror(failure));
  return AddressList(list, &freeaddrinfo);
}

void send_without_delay(int descriptor) {
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool is_loopback(const sockaddr& address) {
  if (address.sa_family == AF_INET6)
    return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr) != 0;
  return (ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr) >> 24) == IN_LOOPBACKNET;
}

// Inside one machine there is no line whose rate has to be found out. Where BBR is the system's choice it
// does so all the same, and spaces out what is sent to a fraction of what the machine can do. Reno never
// does, and every system has it. Set before the connection stands: what BBR began it does not end.
void choose_congestion_control(int descriptor, const sockaddr& address) {
  constexpr std::string_view reno = "reno";
  if (is_loopback(address))
    setsockopt(descriptor, IPPROTO_TCP, TCP_CONGESTION, reno.data(), static_cast<socklen_t>(reno.size()));
}

// Waits for a connect under way. 0, or the error number.
int finish_connect(int descriptor, Runtime& runtime, Instant deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - runtime.now());
    pollfd waited{descriptor, POLLOUT, 0};
    const int ready = poll(&waited, 1, std::max(0, static_cast<int>(left.count())));
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return errno;
    if (ready == 0) return ETIMEDOUT;
    int failure = 0;
    socklen_t size = sizeof failure;
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size);
    return failure;
  }
}

Result<Socket> listen_at(const addrinfo& entry, const HostPort& address, int backlog) {
  Socket socket(::socket(entry.ai_family, entry.ai_socktype | SOCK_CLOEXEC, entry.ai_protocol));
  if (!socket.is_open()) return cannot("listen on", address, reason_of(errno));
  const int on = 1;
  setsockopt(socket.descriptor(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  send_without_delay(socket.descriptor());  // accepted sockets inherit both
  choose_congestion_control(socket.descriptor(), *entry.ai_addr);
  if (bind(socket.descriptor(), entry.ai_addr, entry.ai_addrlen) != 0 ||
      listen(socket.descriptor(), backlog) != 0) {
    return cannot("listen on", address, reason_of(errno));
  }
  return socket;
}

}  // namespace

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

Socket::~Socket() {
  close();
}

void Socket::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

Result<HostPort> parse_host_port(std::string_view address) {
  const Error wrong{.code = Code::invalid,
                    .cause = "'" + std::string(address) + "' is no HOST:PORT",
                    .mend = "write 127.0.0.1:7001, [::1]:7001 or name:7001"};
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == address.size()) return wrong;
  std::string_view host = address.substr(0, colon);
  const std::string_view port = address.substr(colon + 1);
  const bool digits = std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || port.size() > 5 || std::stoi(std::string(port)) > 65535) return wrong;
  if (host.front() == '[') {
    if (host.size() < 3 || host.back() != ']') return wrong;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong;
  }
  return HostPort{std::string(host), std::string(port)};
}

bool is_loopback(const HostPort& address) {
  in_addr v4{};
  if (inet_pton(AF_INET, address.host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  if (inet_pton(AF_INET6, address.host.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6) != 0;
  return address.host == "localhost";
}

Result<Socket> listen_on(const HostPort& address, int backlog) {
  auto list = look_up(address, AI_PASSIVE);
  if (!list) return std::move(list).error();
  Result<Socket> last = cannot("listen on", address, "it has no address");
  for (const addrinfo* entry = list->get(); entry != nullptr; entry = entry->ai_next) {
    last = listen_at(*entry, address, backlog);
    if (last) break;
  }
  return last;
}

std::uint16_t port_of(const Socket& listening) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (getsockname(listening.descriptor(), reinterpret_cast<sockaddr*>(&bound), &size) != 0) return 0;
  if (bound.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(bound).sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in&>(bound).sin_port);
}

std::string peer_of(const Socket& connected) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  auto* address = reinterpret_cast<sockaddr*>(&peer);
  if (getpeername(connected.descriptor(), address, &size) != 0) return {};
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  if (getnameinfo(address, size, host.data(), host.size(), port.data(), port.size(),
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return {};
  return text_of({host.data(), port.data()});
}

struct PeerAddress::List {
  HostPort name;
  AddressList entries;
};

PeerAddress::PeerAddress(std::unique_ptr<List> list) : list_(std::move(list)) {}
PeerAddress::~PeerAddress() = default;
PeerAddress::PeerAddress(PeerAddress&&) noexcept = default;
PeerAddress& PeerAddress::operator=(PeerAddress&&) noexcept = default;

Result<PeerAddress> PeerAddress::resolve(const HostPort& address) {
  auto list = look_up(address, AI_NUMERICHOST);
  if (!list) list = look_up(address, 0);
  if (!list) return std::move(list).error();
  return PeerAddress(std::make_unique<List>(List{address, std::move(*list)}));
}

Result<Socket> PeerAddress::connect(Runtime& runtime, Duration timeout) const {
  const Instant deadline = runtime.now() + timeout;
  int failure = EHOSTUNREACH;
  for (const addrinfo* entry = list_->entries.get(); entry != nullptr; entry = entry->ai_next) {
    Socket socket(
        ::socket(entry->ai_family, entry->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, entry->ai_protocol));
    if (!socket.is_open()) {
      failure = errno;
      continue;
    }
    choose_congestion_control(socket.descriptor(), *entry->ai_addr);
    failure = ::connect(socket.descriptor(), entry->ai_addr, entry->ai_addrlen) == 0 ? 0 : errno;
    if (failure == EINPROGRESS) failure = finish_connect(socket.descriptor(), runtime, deadline);
    if (failure != 0) continue;
    send_without_delay(socket.descriptor());
    const int flags = fcntl(socket.descriptor(), F_GETFL);
    fcntl(socket.descriptor(), F_SETFL, flags & ~O_NONBLOCK);
    return socket;
  }
  return Error{.code = Code::unavailable,
               .cause = "cannot connect: " + reason_of(failure),
               .node = text_of(list_->name)};
}

}  // namespace tandem::protocol
