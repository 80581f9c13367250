// Which of the catalogue's directories this node holds, where and at which revision: read from tree/ and
// limbo/ at the start, kept in memory (about 150 bytes a directory). Changed under the tree's lock only;
// asked by anybody at any time.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocol/contract/node_service.hpp"
#include "storaged/disk/objects/layout.hpp"

namespace tandem::storaged {

struct DirectoryPlace {
  Revision revision = 0;
  ObjectId parent{};  // root_directory, layout::limbo_directory, or another in the index
  std::string name{};
  bool attribute_due = false;  // the revision on disk is still an older one
};

class DirectoryIndex {
 public:
  std::optional<DirectoryPlace> find(const ObjectId& id) const;
  bool has(const ObjectId& id) const;  // the root and limbo are always there
  void put(const ObjectId& id, DirectoryPlace place);
  void attribute_written(const ObjectId& id, Revision revision);
  void erase(const ObjectId& id);
  std::uint64_t size() const;

  // "tree/a/b" or "limbo/ID/c"; nothing when it is not held.
  std::optional<std::string> path_of(const ObjectId& id) const;
  // Whether `id` is `ancestor` or stands somewhere below it.
  bool is_under(const ObjectId& id, const ObjectId& ancestor) const;

  // Changes whenever a path may have: equal before and after means no path was another in between.
  std::uint64_t generation() const;

  // Up to `limit` directories behind `after`, in order; one that stands in limbo/ counts with revision 0.
  std::vector<InventoryEntry> behind(const std::optional<ObjectId>& after, std::size_t limit) const;

  // What this run was told of a directory, held or not; 0 when nothing.
  Revision told(const ObjectId& id) const;
  // False when there is no more room to remember.
  bool tell(const ObjectId& id, Revision revision);

 private:
  mutable std::mutex mutex_;
  std::map<ObjectId, DirectoryPlace> places_;
  std::unordered_map<ObjectId, Revision> told_;
  std::uint64_t generation_ = 0;
};

}  // namespace tandem::storaged
