// Reads a node's folder when it starts: which directories stand where, what is staged, how much there is; and
// clears away what a life that ended in the middle left half made. After an unclean stop every link is
// compared with what its object's names attribute says, and an object that is not shown as it says loses
// its revision: the walk that fills the node then finds it.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "protocol/contract/node_service.hpp"
#include "storaged/disk/filesystem.hpp"
#include "storaged/disk/objects/directory_index.hpp"
#include "storaged/disk/objects/object_shelf.hpp"
#include "storaged/disk/objects/shared_syncs.hpp"
#include "storaged/disk/objects/staging_area.hpp"

namespace tandem::storaged {

class StartUp {
 public:
  StartUp(Filesystem& filesystem, DirectoryIndex& index, ObjectShelf& shelf, StagingArea& staging,
          SharedSyncs& syncs, const ClusterId& cluster)
      : filesystem_(filesystem),
        index_(index),
        shelf_(shelf),
        staging_(staging),
        syncs_(syncs),
        cluster_(cluster) {}

  Status make_folders();
  // Before anything else uses the parts given.
  Status read(bool after_unclean_stop);

 private:
  Status read_staging();
  Status read_staged_file(std::string_view name);
  Status read_directory(const std::string& path, const ObjectId& id, bool check);
  Status read_subdirectory(const std::string& path, const Name& place, bool check);
  Status clear_unmarked(const std::string& path);
  Status check_link(const std::string& path, const Name& place);
  Status remove_link(const std::string& path);
  Status keep_in_limbo(const std::string& path, const ObjectId& id, std::uint64_t inode);
  Status sync_changes();
  void count_all_as_unsynced();
  Status read_objects(bool check);
  Status check_object(const ObjectId& id);
  Result<bool> shown_as_said(const HeldObject& held);
  Status forget_revision(const ObjectId& id, const HeldObject& held);
  Status clear_side_files();
  Result<bool> side_file_needed(std::string_view name);

  Filesystem& filesystem_;
  DirectoryIndex& index_;
  ObjectShelf& shelf_;
  StagingArea& staging_;
  SharedSyncs& syncs_;
  const ClusterId cluster_;
  std::set<std::string> changed_{};  // directories that lost a link
};

}  // namespace tandem::storaged
