#include "tests/sim/world/observed_node.hpp"

#include <utility>

namespace tandem::sim {
namespace {

class ObservedSink final : public StageSink {
 public:
  ObservedSink(std::unique_ptr<StageSink> inner, Ledger& ledger, const NodeId& node,
               const StageRequest& request)
      : inner_(std::move(inner)), ledger_(ledger), node_(node), request_(request) {}

  Status write(std::span<const std::byte> bytes) override { return inner_->write(bytes); }
  Result<StageReply> finish() override {
    auto reply = inner_->finish();
    if (reply) ledger_.staged(node_, request_.id, request_.stamp);
    return reply;
  }

 private:
  std::unique_ptr<StageSink> inner_;
  Ledger& ledger_;
  const NodeId node_;
  const StageRequest request_;
};

class ObservedNode final : public NodeService {
 public:
  ObservedNode(NodeService& inner, const NodeIdentity& self, Ledger& ledger, const PlantedBugs& bugs,
               Chance chance)
      : inner_(inner), self_(self), ledger_(ledger), bugs_(bugs), chance_(chance) {}

  Result<NodeIdentity> identify() override { return inner_.identify(); }
  Result<NodeStatus> status() override { return inner_.status(); }
  Status join(const ClusterId& cluster, Epoch epoch) override { return inner_.join(cluster, epoch); }
  Status adopt_epoch(const CallGuard& guard, Epoch epoch) override {
    return inner_.adopt_epoch(guard, epoch);
  }
  Result<std::vector<ObjectState>> look(const CallGuard& guard, std::span<const ObjectId> ids,
                                        std::uint64_t claim) override {
    return inner_.look(guard, ids, claim);
  }
  Result<std::vector<Answer>> settle(const CallGuard& guard, std::span<const SettleItem> items,
                                     bool durable) override {
    if (bugs_.settles_forgotten && chance_.happens(0.1)) return note(items, all_ok(items));
    return note(items, inner_.settle(guard, items, durable && !bugs_.answered_before_durable));
  }
  Result<InventoryPage> inventory(const CallGuard& guard, std::optional<ObjectId> after,
                                  std::size_t limit) override {
    return inner_.inventory(guard, after, limit);
  }
  Result<std::vector<StagedState>> staged(const CallGuard& guard, std::size_t limit) override {
    return inner_.staged(guard, limit);
  }
  Status drop_staged(const CallGuard& guard, std::span<const StagedState> which) override {
    Status dropped = inner_.drop_staged(guard, which);
    if (!dropped) return dropped;
    for (const StagedState& staged : which) ledger_.dropped(self_.node, staged.id, staged.stamp);
    return dropped;
  }
  Result<Answer> verify(const CallGuard& guard, const ObjectId& id, const Stamp& stamp) override {
    return inner_.verify(guard, id, stamp);
  }
  Result<std::vector<TreeEntry>> tree(const CallGuard& guard, const std::string& after,
                                      std::size_t limit) override {
    return inner_.tree(guard, after, limit);
  }
  Result<std::unique_ptr<StageSink>> stage(const CallGuard& guard, const StageRequest& request) override {
    StageRequest asked = request;
    asked.durable = request.durable && !bugs_.answered_before_durable;
    auto sink = inner_.stage(guard, asked);
    if (!sink) return sink;
    return std::unique_ptr<StageSink>(
        std::make_unique<ObservedSink>(std::move(*sink), ledger_, self_.node, request));
  }
  Result<std::unique_ptr<ContentSource>> fetch(const CallGuard& guard, const FetchRequest& request) override {
    return inner_.fetch(guard, request);
  }

 private:
  static Result<std::vector<Answer>> all_ok(std::span<const SettleItem> items) {
    return std::vector<Answer>(items.size(), Answer::ok);
  }
  Result<std::vector<Answer>> note(std::span<const SettleItem> items, Result<std::vector<Answer>> answers) {
    if (!answers) return answers;
    for (std::size_t at = 0; at < items.size(); ++at) {
      const Answer answer = (*answers)[at];
      if (answer != Answer::ok && answer != Answer::newer) continue;
      ledger_.settled(self_.node, items[at].id, items[at].revision);
      if (answer == Answer::ok && !items[at].removed)
        ledger_.staged(self_.node, items[at].id, items[at].stamp);
    }
    return answers;
  }

  NodeService& inner_;
  const NodeIdentity self_;
  Ledger& ledger_;
  const PlantedBugs& bugs_;
  Chance chance_;
};

}  // namespace

std::unique_ptr<NodeService> observe_node(NodeService& inner, const NodeIdentity& self, Ledger& ledger,
                                          const PlantedBugs& bugs, Chance chance) {
  return std::make_unique<ObservedNode>(inner, self, ledger, bugs, chance);
}

}  // namespace tandem::sim
