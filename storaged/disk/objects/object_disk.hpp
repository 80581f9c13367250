// Everything a node keeps on its disk, wired together; the calls of the contract without their guards.
// All calls may be made at the same time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/runtime.hpp"
#include "storaged/disk/filesystem.hpp"
#include "storaged/disk/objects/directory_index.hpp"
#include "storaged/disk/objects/keyed_locks.hpp"
#include "storaged/disk/objects/object_reader.hpp"
#include "storaged/disk/objects/object_shelf.hpp"
#include "storaged/disk/objects/open_objects.hpp"
#include "storaged/disk/objects/settle_rules.hpp"
#include "storaged/disk/objects/settler.hpp"
#include "storaged/disk/objects/shared_syncs.hpp"
#include "storaged/disk/objects/side_files.hpp"
#include "storaged/disk/objects/staging_area.hpp"
#include "storaged/disk/objects/tree_view.hpp"

namespace tandem::storaged {

struct ObjectDiskOptions {
  NodeId node{};  // whose disk it is
  std::uint64_t reserve_bytes = 0;
  Duration lock_wait = std::chrono::seconds(60);
  SettleRules rules{};
  std::size_t open_objects_max = 64;  // small ones that were read lately, kept open
};

struct BaseContent;

class ObjectDisk {
 public:
  // `cluster`: whose objects are in the folder; null when it belongs to none.
  static Result<std::unique_ptr<ObjectDisk>> open(Runtime& runtime, Filesystem& filesystem,
                                                  const ClusterId& cluster, bool after_unclean_stop,
                                                  const ObjectDiskOptions& options);

  Status fill_in(NodeStatus& status);
  Result<bool> tree_is_empty();

  Result<std::vector<ObjectState>> look(const ClusterId& cluster, std::span<const ObjectId> ids,
                                        std::uint64_t claim);
  Result<std::vector<Answer>> settle(const ClusterId& cluster, std::span<const SettleItem> items,
                                     bool durable) {
    return settler_.settle(cluster, items, durable);
  }
  Result<InventoryPage> inventory(const std::optional<ObjectId>& after, std::size_t limit);
  std::vector<StagedState> staged(std::size_t limit);
  Status drop_staged(std::span<const StagedState> which);
  Result<Answer> verify(const ClusterId& cluster, const ObjectId& id, const Stamp& stamp) {
    return reader_.verify(cluster, id, stamp);
  }
  Result<std::vector<TreeEntry>> tree(const std::string& after, std::size_t limit) {
    return tree_.entries(after, limit);
  }
  Result<std::unique_ptr<StageSink>> stage(const ClusterId& cluster, const StageRequest& request);
  Result<std::unique_ptr<ContentSource>> fetch(const ClusterId& cluster, const FetchRequest& request);

 private:
  ObjectDisk(Runtime& runtime, Filesystem& filesystem, const ObjectDiskOptions& options);
  Result<ObjectState> look_at(const ClusterId& cluster, const ObjectId& id);
  Status reserve_stamp(const ClusterId& cluster, const StageRequest& request, const layout::StagedKey& key);
  Result<std::optional<BaseContent>> find_base(const ClusterId& cluster, const StageRequest& request);

  Filesystem& filesystem_;
  const ObjectDiskOptions options_;
  SharedSyncs syncs_;
  KeyedLocks locks_;
  SideFiles side_files_;
  OpenObjects open_objects_;
  ObjectShelf shelf_;
  StagingArea staging_;
  DirectoryIndex index_;
  TreeView tree_;
  Settler settler_;
  KeyedLocks verify_turns_;
  ObjectReader reader_;
  std::atomic<std::uint64_t> reads_ = 0;
  std::atomic<std::uint64_t> writes_ = 0;
};

}  // namespace tandem::storaged
