// What stands behind a node's port (docs/PROTOCOL.md): POST /RPC2 for XML-RPC, GET and PUT /objects/<id> for
// contents, GET /metrics. A cluster served as one node has the plain methods only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/plain_service.hpp"
#include "protocol/contract/runtime.hpp"
#include "protocol/http/exchange.hpp"

namespace tandem::protocol {

// One request that was answered, for logs and metrics.
struct Served {
  std::string_view call;  // "node.settle", "read", "fetch", "stage", "metrics", "other"
  int status = 0;         // HTTP; an XML-RPC fault travels under 200
  Duration took{};
};

struct EndpointOptions {
  std::function<std::string()> metrics{};          // the text of GET /metrics; empty: 404
  std::function<void(const Served&)> on_served{};  // from the thread of the request
  std::size_t xml_bytes_in_flight_max = 8 << 20;   // beyond it a call is answered 503
};

class NodeEndpoint : public Handler {
 public:
  // The services must outlive it. `node` may be nullptr.
  NodeEndpoint(PlainService& plain, NodeService* node, Runtime& runtime, const EndpointOptions& options = {});
  ~NodeEndpoint() override;
  void handle(Exchange& exchange) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tandem::protocol
