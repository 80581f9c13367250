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
  ObservedNode(NodeService& inner, storaged::NodeLife& life, Scheduler& scheduler, Ledger& ledger,
               const PlantedBugs& bugs, Chance chance)
      : inner_(inner),
        life_(life),
        self_(life.identity().node),
        scheduler_(scheduler),
        ledger_(ledger),
        bugs_(bugs),
        chance_(chance) {}

  Result<NodeIdentity> identify() override { return inner_.identify(); }
  Result<NodeStatus> status() override { return inner_.status(); }
  Status join(const ClusterId& cluster, Epoch epoch) override { return inner_.join(cluster, epoch); }
  Status adopt_epoch(const CallGuard& guard, Epoch epoch) override {
    return inner_.adopt_epoch(guard, epoch);
  }
  Result<std::vector<ObjectState>> look(const CallGuard& guard, std::span<const ObjectId> ids,
                                        std::uint64_t claim) override {
    return answered(guard, claim != 0, inner_.look(as_seen(guard), ids, claim));
  }
  Result<std::vector<Answer>> settle(const CallGuard& guard, std::span<const SettleItem> items,
                                     bool durable) override {
    if (bugs_.settles_forgotten && chance_.happens(0.1)) return note(items, all_ok(items));
    const bool asked = durable && !bugs_.answered_before_durable;
    return note(items, answered(guard, true, inner_.settle(as_seen(guard), items, asked)));
  }
  Result<InventoryPage> inventory(const CallGuard& guard, std::optional<ObjectId> after,
                                  std::size_t limit) override {
    return answered(guard, false, inner_.inventory(as_seen(guard), after, limit));
  }
  Result<std::vector<StagedState>> staged(const CallGuard& guard, std::size_t limit) override {
    return answered(guard, false, inner_.staged(as_seen(guard), limit));
  }
  Status drop_staged(const CallGuard& guard, std::span<const StagedState> which) override {
    Status dropped = answered(guard, true, inner_.drop_staged(as_seen(guard), which));
    if (!dropped) return dropped;
    for (const StagedState& staged : which) ledger_.dropped(self_, staged.id, staged.stamp);
    return dropped;
  }
  Result<Answer> verify(const CallGuard& guard, const ObjectId& id, const Stamp& stamp) override {
    return answered(guard, false, inner_.verify(as_seen(guard), id, stamp));
  }
  Result<std::vector<TreeEntry>> tree(const CallGuard& guard, const std::string& after,
                                      std::size_t limit) override {
    return answered(guard, false, inner_.tree(as_seen(guard), after, limit));
  }
  Result<std::unique_ptr<StageSink>> stage(const CallGuard& guard, const StageRequest& request) override {
    StageRequest asked = request;
    asked.durable = request.durable && !bugs_.answered_before_durable;
    auto sink = answered(guard, true, inner_.stage(as_seen(guard), asked));
    if (!sink) return sink;
    return std::unique_ptr<StageSink>(
        std::make_unique<ObservedSink>(std::move(*sink), ledger_, self_, request));
  }
  Result<std::unique_ptr<ContentSource>> fetch(const CallGuard& guard, const FetchRequest& request) override {
    return answered(guard, false, inner_.fetch(as_seen(guard), request));
  }

 private:
  CallGuard as_seen(const CallGuard& guard) {
    if (!bugs_.identity_ignored) return guard;
    const NodeIdentity self = life_.identity();
    return {self.cluster, self.node, self.epoch, self.run};
  }

  // I6: nobody who means another folder, another cluster or an earlier life is served.
  template <class Answered>
  Answered answered(const CallGuard& guard, bool changes, Answered answer) {
    if (!answer.ok()) return answer;
    const NodeIdentity self = life_.identity();
    const bool meant = guard.cluster == self.cluster && guard.node == self.node;
    if (!meant || (changes && (guard.run != self.run || guard.epoch != self.epoch)))
      scheduler_.fail("I6: node " + to_string(self_) + " has served a call that was meant for another");
    return answer;
  }

  static Result<std::vector<Answer>> all_ok(std::span<const SettleItem> items) {
    return std::vector<Answer>(items.size(), Answer::ok);
  }
  Result<std::vector<Answer>> note(std::span<const SettleItem> items, Result<std::vector<Answer>> answers) {
    if (!answers) return answers;
    for (std::size_t at = 0; at < items.size(); ++at) {
      const SettleItem& item = items[at];
      const Answer answer = (*answers)[at];
      if (answer == Answer::ok && item.kind == Kind::file) note_file(item);
      if (answer == Answer::ok || answer == Answer::newer) ledger_.settled(self_, item.id, item.revision);
    }
    return answers;
  }
  void note_file(const SettleItem& item) {
    if (item.removed) return ledger_.removed(self_, item.id, item.revision);
    if (ledger_.removed_at(self_, item.id) != 0)
      scheduler_.fail("I4: " + to_string(item.id) + " is back at a node that had removed it");
    if (ledger_.settled_at(self_, item.id) > item.revision)
      scheduler_.fail("I3: an older version of " + to_string(item.id) + " has replaced a newer one");
    ledger_.shows(self_, item.id, item.stamp);
  }

  NodeService& inner_;
  storaged::NodeLife& life_;
  const NodeId self_;
  Scheduler& scheduler_;
  Ledger& ledger_;
  const PlantedBugs& bugs_;
  Chance chance_;
};

}  // namespace

std::unique_ptr<NodeService> observe_node(NodeService& inner, storaged::NodeLife& life, Scheduler& scheduler,
                                          Ledger& ledger, const PlantedBugs& bugs, Chance chance) {
  return std::make_unique<ObservedNode>(inner, life, scheduler, ledger, bugs, chance);
}

}  // namespace tandem::sim
