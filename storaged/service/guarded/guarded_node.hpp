// A node: the contract of protocol/contract/node_service.hpp on a disk. Every call is held against the guard
// first (cluster and node always; epoch and run when it changes something), so that nobody who talks to
// another folder, an older catalogue or an earlier life of this node reaches an object.
//
// All calls may be made at the same time from any thread. Sinks and sources belong to one thread each and
// must be gone before the node is.
#pragma once

#include <cstdint>
#include <memory>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"
#include "storaged/disk/filesystem.hpp"
#include "storaged/disk/node_life.hpp"
#include "storaged/disk/objects/settle_rules.hpp"

namespace tandem::storaged {

struct GuardedNodeOptions {
  std::uint64_t reserve_bytes = std::uint64_t{1} << 30;  // kept free for healing and deletes
  Duration lock_wait = std::chrono::seconds(60);         // for one object's lock; then `unavailable`
  SettleRules rules{};
  std::size_t open_objects_max = 64;  // descriptors kept for small files that were read lately
};

class ObjectDisk;

class GuardedNode final : public NodeService {
 public:
  // Makes the folders that are missing under the root of `filesystem` (objects/, staging/, checksums/, tree/,
  // limbo/) and reads what is there. After an unclean stop (`life.identity().previous_clean` false and an
  // earlier run known) every object is compared with its names under tree/, and its revision forgotten where
  // they differ. Fails with what the disk says. The three references must outlive the node.
  static Result<std::unique_ptr<GuardedNode>> open(Runtime& runtime, Filesystem& filesystem, NodeLife& life,
                                                   const GuardedNodeOptions& options);
  ~GuardedNode() override;

  Result<NodeIdentity> identify() override;
  Result<NodeStatus> status() override;
  Status join(const ClusterId& cluster, Epoch epoch) override;
  Status adopt_epoch(const CallGuard& guard, Epoch epoch) override;

  Result<std::vector<ObjectState>> look(const CallGuard& guard, std::span<const ObjectId> ids,
                                        std::uint64_t claim) override;
  Result<std::vector<Answer>> settle(const CallGuard& guard, std::span<const SettleItem> items,
                                     bool durable) override;
  Result<InventoryPage> inventory(const CallGuard& guard, std::optional<ObjectId> after,
                                  std::size_t limit) override;
  Result<std::vector<StagedState>> staged(const CallGuard& guard, std::size_t limit) override;
  Status drop_staged(const CallGuard& guard, std::span<const StagedState> which) override;
  Result<Answer> verify(const CallGuard& guard, const ObjectId& id, const Stamp& stamp) override;
  Result<std::vector<TreeEntry>> tree(const CallGuard& guard, const std::string& after,
                                      std::size_t limit) override;

  Result<std::unique_ptr<StageSink>> stage(const CallGuard& guard, const StageRequest& request) override;
  Result<std::unique_ptr<ContentSource>> fetch(const CallGuard& guard, const FetchRequest& request) override;

 private:
  GuardedNode(NodeLife& life, std::unique_ptr<ObjectDisk> disk);
  Status check_reading(const CallGuard& guard);
  Status check_changing(const CallGuard& guard);

  NodeLife& life_;
  std::unique_ptr<ObjectDisk> disk_;
};

}  // namespace tandem::storaged
