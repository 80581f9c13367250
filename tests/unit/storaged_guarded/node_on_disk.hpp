// A GuardedNode on some disk, for tests: with a life that can be ended and begun again at will, and short
// ways to the calls that tests make most.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/contract/checksums.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "storaged/disk/filesystem.hpp"
#include "storaged/service/guarded/guarded_node.hpp"

namespace tandem::test {

class TestLife final : public storaged::NodeLife {
 public:
  NodeIdentity identity() override { return present; }
  Status join(const ClusterId& cluster, Epoch epoch) override;
  Status adopt_epoch(Epoch epoch) override;

  NodeIdentity present{};
};

ObjectId id_of(std::uint64_t number);  // same number, same id
std::span<const std::byte> bytes_of(std::string_view text);
std::string patterned(std::size_t size_bytes, std::uint64_t seed);  // some bytes, no two blocks alike
std::vector<BlockChecksum> checksums_of(std::string_view content);
Digest digest_of_content(std::string_view content);

SettleItem file_item(std::uint64_t id, Revision revision, Stamp stamp, std::string_view content,
                     std::vector<Name> names);
SettleItem removal_of(std::uint64_t id, Revision revision, Kind kind = Kind::file);
SettleItem directory_item(std::uint64_t id, Revision revision, Name place);

class NodeOnDisk {
 public:
  explicit NodeOnDisk(storaged::Filesystem& filesystem,
                      storaged::GuardedNodeOptions options = small_options());

  static storaged::GuardedNodeOptions small_options();

  // A new life over what the folder holds; the one before ended `cleanly` or not.
  Status start(bool cleanly);
  void stop() { node_.reset(); }
  storaged::GuardedNode& node() { return *node_; }
  CallGuard guard() const;
  TestLife& life() { return life_; }

  Status put(const ObjectId& id, Stamp stamp, std::string_view content, std::uint64_t claim = 0,
             std::optional<StageBase> base = std::nullopt, bool durable = true);
  Answer settle(const SettleItem& item, bool durable = true);
  ObjectState look(const ObjectId& id, std::uint64_t claim = 0);
  Result<std::string> get(const ObjectId& id, Stamp stamp, std::uint64_t offset = 0,
                          std::uint64_t length = limits::fetch_bytes_max);
  Answer fetch_answer(const ObjectId& id, Stamp stamp);
  std::vector<std::string> tree();  // paths; directories end in '/'
  std::vector<InventoryEntry> inventory(std::size_t page = limits::inventory_entries_max);

 private:
  protocol::SystemRuntime runtime_;
  storaged::Filesystem& filesystem_;
  const storaged::GuardedNodeOptions options_;
  TestLife life_;
  std::unique_ptr<storaged::GuardedNode> node_;
};

}  // namespace tandem::test
