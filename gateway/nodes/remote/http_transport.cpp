#include "gateway/nodes/remote/http_transport.hpp"

#include <utility>

#include "gateway/nodes/remote/remote_node.hpp"

namespace tandem::gateway {

HttpTransport::HttpTransport(Runtime& runtime, HttpTransportOptions options)
    : runtime_(runtime), options_(std::move(options)) {}

std::shared_ptr<Node> HttpTransport::connect(const std::string& address) {
  const std::scoped_lock lock(mutex_);
  std::shared_ptr<Node>& node = nodes_[address];
  if (!node) {
    const protocol::ClientOptions client{.connect = options_.connect,
                                         .request = options_.request,
                                         .connections_max = options_.connections_per_node};
    node = std::make_shared<RemoteNode>(address, runtime_, client, options_.secret);
  }
  return node;
}

}  // namespace tandem::gateway
