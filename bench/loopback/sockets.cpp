#include "bench/loopback/sockets.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <string>

#include "protocol/runtime/system_runtime.hpp"

namespace tandem::bench {
namespace {

constexpr int backlog = 64;
constexpr auto connect_timeout = std::chrono::seconds(5);

template <class Value>
Value taken(Result<Value> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  return std::move(*result);
}

protocol::Socket set_up(protocol::Socket socket, Setup setup) {
  if (setup == Setup::ours) return socket;
  std::string name;
  std::ifstream("/proc/sys/net/ipv4/tcp_congestion_control") >> name;
  if (::setsockopt(socket.descriptor(), IPPROTO_TCP, TCP_CONGESTION, name.data(),
                   static_cast<socklen_t>(name.size())) != 0)
    throw std::runtime_error("the system's congestion control cannot be had");
  return socket;
}

}  // namespace

protocol::Socket listen_on_loopback(Setup setup) {
  return set_up(taken(protocol::listen_on({"127.0.0.1", "0"}, backlog)), setup);
}

protocol::Socket connect_over_loopback(std::uint16_t port, Setup setup) {
  protocol::SystemRuntime runtime;
  const auto peer = taken(protocol::PeerAddress::resolve({"127.0.0.1", std::to_string(port)}));
  return set_up(taken(peer.connect(runtime, connect_timeout)), setup);
}

}  // namespace tandem::bench
