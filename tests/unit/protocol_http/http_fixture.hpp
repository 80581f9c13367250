// A server on a free port, and clients that send it whatever bytes a test wants.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "protocol/http/node_endpoint.hpp"
#include "protocol/http/server.hpp"
#include "protocol/http/socket.hpp"
#include "protocol/http/stream.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/support/memory_node/memory_node.hpp"
#include "tests/support/memory_node/memory_tree.hpp"

namespace tandem::protocol {

inline constexpr Duration long_enough = std::chrono::seconds(20);  // for what must happen
using std::chrono::milliseconds;

class RawClient {
 public:
  RawClient(Runtime& runtime, std::uint16_t port);
  // False once the server does not take any more.
  bool send(std::string_view bytes);
  void finish_sending() { stream_->shut_down_sending(); }
  // One reply with its body; empty when the connection ended first.
  std::string reply();
  int status();  // of reply(); 0 when the connection ended
  bool closed_within(Duration bound);
  bool silent() { return !stream_->readable_by(Instant{}); }

 private:
  bool receive();
  Runtime& runtime_;
  std::unique_ptr<Stream> stream_{};
  std::string received_{};
};

class HttpFixture : public testing::Test {
 protected:
  void start(ServerOptions options = {}, const EndpointOptions& endpoint = {});
  RawClient client() { return {runtime_, server_->port()}; }
  bool healthy();  // a ping is answered
  template <class Condition>
  bool becomes_true(Condition condition) {
    const Instant deadline = runtime_.now() + long_enough;
    while (!condition()) {
      if (runtime_.now() > deadline) return false;
      runtime_.sleep_until(runtime_.now() + milliseconds(2));
    }
    return true;
  }
  Duration since(Instant start) { return runtime_.now() - start; }

  // What a server with this as its on_refused has reported so far, how often by status.
  std::function<void(const Refusal&)> refusals();
  std::map<int, int> refused();
  std::string last_peer();

  static NodeId node_id();
  CallGuard guard_of_joined();
  static std::string ping();  // a whole request, answered 200 with a small document

  std::mutex refusals_mutex_{};
  std::map<int, int> refused_{};
  std::string last_peer_{};
  SystemRuntime runtime_{};
  support::MemoryTree tree_{};
  support::MemoryNode node_{node_id(), 41};
  std::unique_ptr<NodeEndpoint> endpoint_{};
  std::unique_ptr<Server> server_{};
};

}  // namespace tandem::protocol
