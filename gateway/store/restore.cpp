#include "gateway/store/restore.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/catalogue/records/records.hpp"
#include "gateway/store/core.hpp"
#include "gateway/store/mending.hpp"
#include "gateway/store/real_seams.hpp"
#include "gateway/store/restored_nodes.hpp"

namespace tandem::gateway {
namespace {

// What the backup says of the cluster, and what its nodes say now.
struct Layout {
  ClusterRecord cluster{};
  std::vector<PairRecord> pairs{};
  std::vector<NodeId> missing{};
  Epoch greatest_epoch = 0;
};

Result<Layout> read_layout(Restoration& restoration) {
  Layout layout;
  const auto meta = restoration.entries(keys::meta);
  if (!meta) return meta.error();
  if (meta->empty()) return Error{Code::corrupt, "the backup does not say which cluster it is of"};
  auto cluster = decode<ClusterRecord>(meta->front().value);
  if (!cluster) return std::move(cluster).error();
  layout.cluster = std::move(*cluster);
  const auto pairs = restoration.entries(keys::pairs_prefix);
  if (!pairs) return pairs.error();
  for (const Entry& entry : *pairs) {
    auto pair = decode<PairRecord>(entry.value);
    if (!pair) return std::move(pair).error();
    layout.pairs.push_back(std::move(*pair));
  }
  layout.greatest_epoch = epoch_of(restoration.revision());
  return layout;
}

Status meet(const MemberRecord& member, const Result<NodeIdentity>& identity, const RestoreOptions& options,
            Layout& layout, RestoreReport& report) {
  if (!identity) {
    if (!options.without_missing_nodes) {
      return Error(identity.error())
          .on(member.address)
          .hint("start it, or go on with --without-missing-nodes: what only it holds may be lost then");
    }
    layout.missing.push_back(member.node);
    report.missing_nodes.push_back(member.address);
    return success();
  }
  if (identity->node != member.node || identity->cluster != layout.cluster.id) {
    return Error{Code::denied, "the folder that answers is not the member the backup knows"}
        .on(member.address)
        .hint("start the right folder there");
  }
  layout.greatest_epoch = std::max(layout.greatest_epoch, identity->epoch);
  return success();
}

Status meet_nodes(Transport& transport, const RestoreOptions& options, Layout& layout,
                  RestoreReport& report) {
  std::vector<std::pair<const MemberRecord*, std::unique_ptr<Pending<NodeIdentity>>>> calls;
  std::vector<std::shared_ptr<Node>> nodes;  // outlive their calls
  for (const PairRecord& pair : layout.pairs) {
    for (const MemberRecord& member : pair.members) {
      nodes.push_back(transport.connect(member.address));
      calls.emplace_back(&member, nodes.back()->identify());
    }
  }
  for (auto& [member, call] : calls) {
    if (Status met = meet(*member, call->collect(), options, layout, report); !met) return met;
  }
  if (layout.greatest_epoch == std::numeric_limits<Epoch>::max()) {
    return Error{Code::unsupported, "this cluster was restored too often: its epochs are used up"};
  }
  return success();
}

// The cluster remembers what was lost; every node is to be compared; nothing is owed by sessions any more.
Result<std::vector<Change>> changes_of(Restoration& restoration, const Layout& layout, Epoch epoch,
                                       WallTime now) {
  ClusterRecord cluster = layout.cluster;
  cluster.lost.push_back({restoration.revision(), Revision{epoch} << epoch_shift});
  std::vector<Change> changes{Change::put(std::string(keys::meta), encode(cluster))};
  for (const PairRecord& pair : layout.pairs) {
    for (const MemberRecord& member : pair.members) {
      const bool missing = std::ranges::find(layout.missing, member.node) != layout.missing.end();
      const NodeRecord state{.state = missing ? NodeState::out : NodeState::healing,
                             .reason = missing
                                           ? "it was away when the catalogue was restored"
                                           : "the catalogue was restored from a backup: comparing everything",
                             .since_ns = now,
                             .filling = true};
      changes.push_back(Change::put(keys::node(member.node), encode(state)));
    }
  }
  const auto slots = restoration.entries(keys::slots_prefix);
  if (!slots) return slots.error();
  for (const Entry& slot : *slots) changes.push_back(Change::erase(slot.key));
  return changes;
}

Status publish(const Config& config, Runtime& runtime, const RestoreOptions& options, RestoreReport& report) {
  auto restoration = begin_restoration(config, options.backup, runtime);
  if (!restoration) return std::move(restoration).error();
  auto layout = read_layout(**restoration);
  if (!layout) return std::move(layout).error().at(options.backup);
  auto transport = open_transport(config, runtime);
  if (!transport) return std::move(transport).error();
  if (Status met = meet_nodes(**transport, options, *layout, report); !met) return met;
  report.cluster = layout->cluster.id;
  report.backup_revision = (*restoration)->revision();
  report.epoch = static_cast<Epoch>(layout->greatest_epoch + 1);
  const auto changes = changes_of(**restoration, *layout, report.epoch, runtime.wall_now());
  if (!changes) return changes.error();
  return (*restoration)->finish(report.epoch, *changes);
}

}  // namespace

Result<RestoreReport> restore_catalogue(const Config& config, Runtime& runtime, const RestoreOptions& options,
                                        const std::function<bool(const HealProgress&)>& progress) {
  RestoreReport report;
  if (Status published = publish(config, runtime, options, report); !published) {
    return std::move(published).error();
  }
  auto catalogue = open_catalogue(config, runtime);
  if (!catalogue) return std::move(catalogue).error();
  auto transport = open_transport(config, runtime);
  if (!transport) return std::move(transport).error();
  Core core({.config = config,
             .runtime = &runtime,
             .transport = std::move(*transport),
             .catalogue = std::move(*catalogue),
             .about = "tandem catalogue restore"});
  const auto mended = mend(core, progress);
  if (!mended) return mended.error();
  report.compared = mended->files_done;
  report.waiting_for = mended->detail;
  if (Status told = report_unreadable(core, report); !told) return std::move(told).error();
  if (Status told = report_kept(core, report); !told) return std::move(told).error();
  core.settles.drain(runtime.now() + config.timeouts.operation);
  if (Status closed = core.operations.close(); !closed) return std::move(closed).error();
  return report;
}

}  // namespace tandem::gateway
