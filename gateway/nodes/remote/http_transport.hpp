// Nodes over HTTP: the real Transport.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "gateway/nodes/node.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

struct HttpTransportOptions {
  Duration connect = std::chrono::milliseconds(300);
  Duration request = std::chrono::seconds(1);  // since last progress
  std::size_t connections_per_node = 16;
  std::string secret{};  // empty: none is sent
};

// Asked twice for an address, it gives the same Node. `runtime` must outlive the nodes. Any thread.
class HttpTransport : public Transport {
 public:
  HttpTransport(Runtime& runtime, HttpTransportOptions options);
  std::shared_ptr<Node> connect(const std::string& address) override;

 private:
  Runtime& runtime_;
  const HttpTransportOptions options_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Node>> nodes_{};
};

}  // namespace tandem::gateway
