// tree/: the users' files at their real paths, as hard links of objects/. The rule for every place: the
// greater record revision wins. Changing calls are made under the tree's lock; sync() is not.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "protocol/contract/node_service.hpp"
#include "storaged/disk/filesystem.hpp"
#include "storaged/disk/objects/directory_index.hpp"
#include "storaged/disk/objects/keyed_locks.hpp"
#include "storaged/disk/objects/settle_rules.hpp"
#include "storaged/disk/objects/tree_places.hpp"

namespace tandem::storaged {

class TreeView {
 public:
  TreeView(Runtime& runtime, Filesystem& filesystem, DirectoryIndex& index, ObjectShelf& shelf,
           SharedSyncs& syncs, const SettleRules& rules, Duration lock_wait)
      : filesystem_(filesystem),
        index_(index),
        syncs_(syncs),
        rules_(rules),
        places_(runtime, filesystem, index, shelf, syncs),
        lock_(runtime, lock_wait) {}

  Result<KeyedLocks::Guard> lock() { return lock_.lock(root_directory); }

  // Puts one directory where its record at that revision says, making it when it is not held; its parent is
  // laid before. `again`: the step is older than what this run was told, or cannot be laid in this order.
  Result<Answer> lay(const DirectoryStep& step, TreeChanges& changes);

  struct Link {
    ObjectId id{};
    std::uint64_t inode = 0;           // of objects/ID
    std::uint64_t previous_inode = 0;  // of the content it replaced; 0: none
    Revision revision = 0;
  };
  // Shows the object at `name`, unless an occupant of a greater revision keeps the place.
  Status show(const Link& link, const Name& name, TreeChanges& changes);
  // Takes the object's link away, if it is this object's.
  Status hide(const ObjectId& id, std::uint64_t inode, const Name& name, TreeChanges& changes);
  // The directory was removed from the catalogue: what is still in it is displaced.
  Status remove_directory(const ObjectId& id, TreeChanges& changes);
  // Removes the touched directories that are empty, and those that become so. One that the disk refuses to
  // remove fails the call and is tried again by the next.
  Status tidy(TreeChanges& changes);
  Status write_due_attributes(TreeChanges& changes);

  // Syncs what is named, each directory once for all who wait for it. Takes the lock only when a directory
  // keeps moving.
  Status sync(const std::set<ObjectId>& directories);

  // Every place that shows this inode: looks through all of tree/, for an object that cannot say where it is
  // shown. Under the lock.
  Result<std::vector<Name>> places_showing(std::uint64_t inode);

  // The entries under tree/ in order, behind the path `after` ("/a/b"; empty: from the start).
  Result<std::vector<TreeEntry>> entries(const std::string& after, std::size_t limit);

 private:
  Status make_directory(const DirectoryStep& step, const ObjectId& parent, const std::string& name,
                        TreeChanges& changes);
  Status move_directory(const DirectoryStep& step, const DirectoryPlace& from, TreeChanges& changes);
  Result<bool> clear_for_directory(const DirectoryStep& step, TreeChanges& changes);
  Status place_link(const Link& link, const std::string& path, bool replaces);
  Status sync_one(const ObjectId& id);
  Status collect(const std::string& directory, const std::string& shown, std::vector<std::string> after,
                 std::size_t limit, std::vector<TreeEntry>& into);

  Filesystem& filesystem_;
  DirectoryIndex& index_;
  SharedSyncs& syncs_;
  const SettleRules rules_;
  TreePlaces places_;
  std::set<ObjectId> untidied_;  // empty, but the disk would not remove them; under the tree's lock
  KeyedLocks lock_;
};

}  // namespace tandem::storaged
