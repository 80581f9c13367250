#include "tests/sim/network/simulated_node_connection.hpp"

#include <utility>

#include "tests/sim/network/conversation.hpp"
#include "tests/sim/network/simulated_download.hpp"
#include "tests/sim/network/simulated_upload.hpp"

namespace tandem::sim {
namespace {

template <class Reply>
struct Exchange {
  std::shared_ptr<Conversation> conversation;
  std::optional<Result<Reply>> result{};
};

template <class Reply>
class SimPending final : public gateway::Pending<Reply> {
 public:
  explicit SimPending(std::shared_ptr<Exchange<Reply>> exchange) : exchange_(std::move(exchange)) {}
  ~SimPending() override { exchange_->conversation->abandon(); }

  Result<Reply> collect() override {
    const Status waited = exchange_->conversation->wait_for([this] { return exchange_->result.has_value(); });
    if (!waited) return waited.error();
    return std::move(*exchange_->result);
  }

 private:
  std::shared_ptr<Exchange<Reply>> exchange_;
};

class SimConnection final : public gateway::Node {
 public:
  explicit SimConnection(std::shared_ptr<Route> route) : route_(std::move(route)) {}

  const std::string& address() const override { return route_->address; }

  std::unique_ptr<gateway::Pending<NodeIdentity>> identify() override {
    return call<NodeIdentity>("identify", [](NodeService& node) { return node.identify(); });
  }
  std::unique_ptr<gateway::Pending<NodeStatus>> status() override {
    return call<NodeStatus>("status", [](NodeService& node) { return node.status(); });
  }
  std::unique_ptr<gateway::Pending<Nothing>> join(const ClusterId& cluster, Epoch epoch) override {
    return call<Nothing>("join", [=](NodeService& node) { return node.join(cluster, epoch); });
  }
  std::unique_ptr<gateway::Pending<Nothing>> adopt_epoch(const CallGuard& guard, Epoch epoch) override {
    return call<Nothing>("adopt_epoch", [=](NodeService& node) { return node.adopt_epoch(guard, epoch); });
  }
  std::unique_ptr<gateway::Pending<std::vector<ObjectState>>> look(const CallGuard& guard,
                                                                   std::span<const ObjectId> ids,
                                                                   std::uint64_t claim) override {
    return call<std::vector<ObjectState>>("look",
                                          [=, held = std::vector(ids.begin(), ids.end())](NodeService& node) {
                                            return node.look(guard, held, claim);
                                          });
  }
  std::unique_ptr<gateway::Pending<std::vector<Answer>>> settle(const CallGuard& guard,
                                                                std::span<const SettleItem> items,
                                                                bool durable) override {
    return call<std::vector<Answer>>("settle",
                                     [=, held = std::vector(items.begin(), items.end())](NodeService& node) {
                                       return node.settle(guard, held, durable);
                                     });
  }
  std::unique_ptr<gateway::Pending<InventoryPage>> inventory(const CallGuard& guard,
                                                             std::optional<ObjectId> after,
                                                             std::size_t limit) override {
    return call<InventoryPage>("inventory",
                               [=](NodeService& node) { return node.inventory(guard, after, limit); });
  }
  std::unique_ptr<gateway::Pending<std::vector<StagedState>>> staged(const CallGuard& guard,
                                                                     std::size_t limit) override {
    return call<std::vector<StagedState>>("staged",
                                          [=](NodeService& node) { return node.staged(guard, limit); });
  }
  std::unique_ptr<gateway::Pending<Nothing>> drop_staged(const CallGuard& guard,
                                                         std::span<const StagedState> which) override {
    return call<Nothing>("drop_staged", [=, held = std::vector(which.begin(), which.end())](
                                            NodeService& node) { return node.drop_staged(guard, held); });
  }
  std::unique_ptr<gateway::Pending<Answer>> verify(const CallGuard& guard, const ObjectId& id,
                                                   const Stamp& stamp) override {
    return call<Answer>("verify", [=](NodeService& node) { return node.verify(guard, id, stamp); });
  }
  std::unique_ptr<gateway::Pending<std::vector<TreeEntry>>> tree(const CallGuard& guard,
                                                                 const std::string& after,
                                                                 std::size_t limit) override {
    return call<std::vector<TreeEntry>>("tree",
                                        [=](NodeService& node) { return node.tree(guard, after, limit); });
  }
  std::unique_ptr<gateway::Upload> stage(const CallGuard& guard, const StageRequest& request) override {
    return start_upload(route_, guard, request);
  }
  std::unique_ptr<gateway::Download> fetch(const CallGuard& guard, const FetchRequest& request) override {
    return start_download(route_, guard, request);
  }

 private:
  template <class Reply, class Body>
  std::unique_ptr<gateway::Pending<Reply>> call(const char* what, Body body) {
    auto exchange = std::make_shared<Exchange<Reply>>();
    exchange->conversation = std::make_shared<Conversation>(route_, what);
    send_request(exchange->conversation, true, [exchange, body = std::move(body)](NodeService& node) {
      Result<Reply> answer = body(node);
      send_reply(exchange->conversation, [exchange, answer = std::move(answer)] {
        if (!exchange->result) exchange->result = answer;
      });
    });
    return std::make_unique<SimPending<Reply>>(std::move(exchange));
  }

  std::shared_ptr<Route> route_;
};

}  // namespace

std::shared_ptr<gateway::Node> make_simulated_connection(Network& network, Process& client,
                                                         const std::string& address,
                                                         const TransportTimeouts& timeouts) {
  return std::make_shared<SimConnection>(std::make_shared<Route>(Route{network, client, address, timeouts}));
}

}  // namespace tandem::sim
