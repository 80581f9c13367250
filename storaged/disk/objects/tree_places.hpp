// What stands at a place under tree/, and how it is moved out of the way: links of objects are unlinked
// (objects/ holds the bytes), directories and whatever is not ours go to limbo/. All under the tree's lock.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/runtime.hpp"
#include "storaged/disk/filesystem.hpp"
#include "storaged/disk/objects/directory_index.hpp"
#include "storaged/disk/objects/object_shelf.hpp"
#include "storaged/disk/objects/shared_syncs.hpp"

namespace tandem::storaged {

// What a batch of settles did to the tree, and still has to.
struct TreeChanges {
  std::set<ObjectId> touched{};         // directories that may have become empty
  std::set<ObjectId> to_sync{};         // directories the batch changed or relies on
  std::set<ObjectId> attributes_due{};  // directories whose revision is not on the disk yet
};

struct Occupant {
  enum class What : std::uint8_t { nothing, link, directory, foreign };
  What what = What::nothing;
  ObjectId id{};            // of a link or directory
  std::uint64_t inode = 0;  // of a file
};

class TreePlaces {
 public:
  TreePlaces(Runtime& runtime, Filesystem& filesystem, DirectoryIndex& index, ObjectShelf& shelf,
             SharedSyncs& syncs)
      : runtime_(runtime), filesystem_(filesystem), index_(index), shelf_(shelf), syncs_(syncs) {}

  // `place.directory` is held. A file of a damaged attribute and with `own_inode` counts as a link of `own`.
  Result<Occupant> look_at(const Name& place, const ObjectId& own, std::uint64_t own_inode);
  // The revision an occupant defends its place with.
  Revision revision_of(const Occupant& occupant);
  Status evict(const Occupant& occupant, const Name& place, TreeChanges& changes);

  // Moves a held directory to limbo/ and the index with it.
  Status move_to_limbo(const ObjectId& id, TreeChanges& changes);
  // The place of an entry: "tree/a/NAME".
  std::string path_of(const Name& place) const;
  void changed(const ObjectId& directory, TreeChanges& changes);

 private:
  Result<Occupant> look_at_file(const std::string& path, std::uint64_t inode);
  Status move_foreign_to_limbo(const Name& place, TreeChanges& changes);
  std::string random_suffix();

  Runtime& runtime_;
  Filesystem& filesystem_;
  DirectoryIndex& index_;
  ObjectShelf& shelf_;
  SharedSyncs& syncs_;
};

}  // namespace tandem::storaged
