#include "storaged/service/guarded/guarded_node.hpp"

#include "storaged/disk/objects/object_disk.hpp"

namespace tandem::storaged {

namespace {

Error refused(std::string cause) {
  return Error{Code::stale, std::move(cause)}.hint("ask the node who it is, then read the record again");
}

Status check_identity(const CallGuard& guard, const NodeIdentity& identity) {
  if (guard.node != identity.node)
    return refused("this is node " + to_string(identity.node) + ", not " + to_string(guard.node));
  if (guard.cluster == identity.cluster) return success();
  if (identity.cluster.is_null()) return refused("this node belongs to no cluster");
  return refused("this node belongs to cluster " + to_string(identity.cluster));
}

Status check_run(const CallGuard& guard, const NodeIdentity& identity) {
  if (guard.run == identity.run) return success();
  return refused("this node has been restarted");
}

}  // namespace

GuardedNode::GuardedNode(NodeLife& life, std::unique_ptr<ObjectDisk> disk)
    : life_(life), disk_(std::move(disk)) {}

GuardedNode::~GuardedNode() = default;

Result<std::unique_ptr<GuardedNode>> GuardedNode::open(Runtime& runtime, Filesystem& filesystem,
                                                       NodeLife& life, const GuardedNodeOptions& options) {
  const NodeIdentity identity = life.identity();
  const bool unclean = identity.previous_run != 0 && !identity.previous_clean;
  auto disk = ObjectDisk::open(
      runtime, filesystem, identity.cluster, unclean,
      {identity.node, options.reserve_bytes, options.lock_wait, options.rules, options.open_objects_max});
  if (!disk.ok()) return disk.error();
  return std::unique_ptr<GuardedNode>(new GuardedNode(life, std::move(*disk)));
}

Status GuardedNode::check_reading(const CallGuard& guard) {
  return check_identity(guard, life_.identity());
}

Status GuardedNode::check_changing(const CallGuard& guard) {
  const NodeIdentity identity = life_.identity();
  if (Status status = check_identity(guard, identity); !status.ok()) return status;
  if (guard.epoch != identity.epoch)
    return refused("this node is in epoch " + std::to_string(identity.epoch) + ", the call in " +
                   std::to_string(guard.epoch));
  return check_run(guard, identity);
}

Result<NodeIdentity> GuardedNode::identify() {
  return life_.identity();
}

Result<NodeStatus> GuardedNode::status() {
  NodeStatus status;
  status.identity = life_.identity();
  if (const Status filled = disk_->fill_in(status); !filled.ok()) return filled.error();
  return status;
}

Status GuardedNode::join(const ClusterId& cluster, Epoch epoch) {
  if (cluster.is_null()) return Error{Code::invalid, "a cluster without an id"};
  if (life_.identity().cluster.is_null()) {
    const auto empty = disk_->tree_is_empty();
    if (!empty.ok()) return empty.error();
    if (!*empty)
      return Error{Code::exists, "this node holds files of its own", "tree"}.hint(
          "move them away, or start storaged on an empty folder");
  }
  return life_.join(cluster, epoch);
}

// The epoch itself is not checked here: it is what the caller is about to raise, perhaps for the second time.
Status GuardedNode::adopt_epoch(const CallGuard& guard, Epoch epoch) {
  const NodeIdentity identity = life_.identity();
  Status status = check_identity(guard, identity);
  if (status.ok()) status = check_run(guard, identity);
  return status.ok() ? life_.adopt_epoch(epoch) : status;
}

Result<std::vector<ObjectState>> GuardedNode::look(const CallGuard& guard, std::span<const ObjectId> ids,
                                                   std::uint64_t claim) {
  const Status status = claim == 0 ? check_reading(guard) : check_changing(guard);
  if (!status.ok()) return status.error();
  return disk_->look(guard.cluster, ids, claim);
}

Result<std::vector<Answer>> GuardedNode::settle(const CallGuard& guard, std::span<const SettleItem> items,
                                                bool durable) {
  if (const Status status = check_changing(guard); !status.ok()) return status.error();
  return disk_->settle(guard.cluster, items, durable);
}

Result<InventoryPage> GuardedNode::inventory(const CallGuard& guard, std::optional<ObjectId> after,
                                             std::size_t limit) {
  if (const Status status = check_reading(guard); !status.ok()) return status.error();
  return disk_->inventory(after, limit);
}

Result<std::vector<StagedState>> GuardedNode::staged(const CallGuard& guard, std::size_t limit) {
  if (const Status status = check_reading(guard); !status.ok()) return status.error();
  return disk_->staged(limit);
}

Status GuardedNode::drop_staged(const CallGuard& guard, std::span<const StagedState> which) {
  if (Status status = check_changing(guard); !status.ok()) return status;
  return disk_->drop_staged(which);
}

Result<Answer> GuardedNode::verify(const CallGuard& guard, const ObjectId& id, const Stamp& stamp) {
  if (const Status status = check_reading(guard); !status.ok()) return status.error();
  return disk_->verify(guard.cluster, id, stamp);
}

Result<std::vector<TreeEntry>> GuardedNode::tree(const CallGuard& guard, const std::string& after,
                                                 std::size_t limit) {
  if (const Status status = check_reading(guard); !status.ok()) return status.error();
  return disk_->tree(after, std::min(limit, limits::inventory_entries_max));
}

Result<std::unique_ptr<StageSink>> GuardedNode::stage(const CallGuard& guard, const StageRequest& request) {
  if (const Status status = check_changing(guard); !status.ok()) return status.error();
  return disk_->stage(guard.cluster, request);
}

Result<std::unique_ptr<ContentSource>> GuardedNode::fetch(const CallGuard& guard,
                                                          const FetchRequest& request) {
  if (const Status status = check_reading(guard); !status.ok()) return status.error();
  return disk_->fetch(guard.cluster, request);
}

}  // namespace tandem::storaged
