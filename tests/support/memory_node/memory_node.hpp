// A node in memory: the whole of NodeService, plainly. It keeps the rules a caller can see (guards, stamps,
// revisions, claims); trees are kept by names only, without a disk's troubles.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "protocol/contract/node_service.hpp"

namespace tandem::support {

class MemoryNode : public NodeService {
 public:
  MemoryNode(const NodeId& node, Run run);

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

  // Flips a bit of a settled content, behind the checksums' back.
  void damage(const ObjectId& id, std::size_t at);

 private:
  friend class MemorySink;
  struct Content {
    std::string bytes{};
    std::vector<BlockChecksum> checksums{};
    Digest digest{};
  };
  struct Object {
    Kind kind = Kind::file;
    Revision revision = 0;
    bool removed = false;
    Stamp stamp{};
    std::shared_ptr<const Content> content{};
    std::vector<std::string> paths{};
  };
  struct Staged {
    SessionId session = 0;
    std::uint64_t claim = 0;
    std::shared_ptr<const Content> content{};
  };
  struct StepKnown {
    Revision revision = 0;
    ObjectId parent{};
    std::string name{};
  };
  using StagedKey = std::pair<ObjectId, Stamp>;

  Status check_reading(const CallGuard& guard) const;
  Status check_changing(const CallGuard& guard) const;
  Answer settle_one(const SettleItem& item);
  Answer settle_content(const SettleItem& item, Object& object);
  void learn_directories(const SettleItem& item);
  std::string path_of(const Name& name) const;
  void forget(const ObjectId& id);
  static bool is_whole(const Content& content);

  mutable std::mutex mutex_;
  NodeIdentity identity_;
  std::map<ObjectId, Object> objects_{};
  std::map<StagedKey, Staged> staged_{};
  std::map<ObjectId, std::uint64_t> claims_{};
  std::map<ObjectId, StepKnown> directories_{};
  std::uint64_t reads_ = 0;
  std::uint64_t writes_ = 0;
};

}  // namespace tandem::support
