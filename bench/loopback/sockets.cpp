#include "bench/loopback/sockets.hpp"

#include <chrono>
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

}  // namespace

protocol::Socket listen_on_loopback() {
  return taken(protocol::listen_on({"127.0.0.1", "0"}, backlog));
}

protocol::Socket connect_over_loopback(std::uint16_t port) {
  protocol::SystemRuntime runtime;
  return taken(taken(protocol::PeerAddress::resolve({"127.0.0.1", std::to_string(port)}))
                   .connect(runtime, connect_timeout));
}

}  // namespace tandem::bench
