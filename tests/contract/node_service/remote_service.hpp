// A NodeService on the other end of a gateway's Node: every call is begun and collected at once.
#pragma once

#include <memory>

#include "gateway/nodes/node.hpp"

namespace tandem::tests {

class RemoteService : public NodeService {
 public:
  explicit RemoteService(std::shared_ptr<gateway::Node> node) : node_(std::move(node)) {}

  Result<NodeIdentity> identify() override { return node_->identify()->collect(); }
  Result<NodeStatus> status() override { return node_->status()->collect(); }
  Status join(const ClusterId& cluster, Epoch epoch) override {
    return node_->join(cluster, epoch)->collect();
  }
  Status adopt_epoch(const CallGuard& guard, Epoch epoch) override {
    return node_->adopt_epoch(guard, epoch)->collect();
  }
  Result<std::vector<ObjectState>> look(const CallGuard& guard, std::span<const ObjectId> ids,
                                        std::uint64_t claim) override {
    return node_->look(guard, ids, claim)->collect();
  }
  Result<std::vector<Answer>> settle(const CallGuard& guard, std::span<const SettleItem> items,
                                     bool durable) override {
    return node_->settle(guard, items, durable)->collect();
  }
  Result<InventoryPage> inventory(const CallGuard& guard, std::optional<ObjectId> after,
                                  std::size_t limit) override {
    return node_->inventory(guard, after, limit)->collect();
  }
  Result<std::vector<StagedState>> staged(const CallGuard& guard, std::size_t limit) override {
    return node_->staged(guard, limit)->collect();
  }
  Status drop_staged(const CallGuard& guard, std::span<const StagedState> which) override {
    return node_->drop_staged(guard, which)->collect();
  }
  Result<Answer> verify(const CallGuard& guard, const ObjectId& id, const Stamp& stamp) override {
    return node_->verify(guard, id, stamp)->collect();
  }
  Result<std::vector<TreeEntry>> tree(const CallGuard& guard, const std::string& after,
                                      std::size_t limit) override {
    return node_->tree(guard, after, limit)->collect();
  }
  Result<std::unique_ptr<StageSink>> stage(const CallGuard& guard, const StageRequest& request) override;
  Result<std::unique_ptr<ContentSource>> fetch(const CallGuard& guard, const FetchRequest& request) override;

 private:
  std::shared_ptr<gateway::Node> node_;
};

}  // namespace tandem::tests
