// objects/: one file an id, with what its attributes say of it. Reading needs no lock: the bytes and the
// content attribute of one open file never change. Changing calls are made under the object's lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "protocol/contract/node_service.hpp"
#include "storaged/disk/filesystem.hpp"
#include "storaged/disk/objects/layout.hpp"
#include "storaged/disk/objects/object_attributes.hpp"
#include "storaged/disk/objects/open_objects.hpp"
#include "storaged/disk/objects/side_files.hpp"

namespace tandem::storaged {

// One file of objects/ or staging/ as it is found.
struct HeldObject {
  std::unique_ptr<File> file{};
  FileStatus status{};
  std::optional<ContentAttribute> content{};  // nothing: damaged, or of another cluster or id
  std::optional<NamesAttribute> names{};      // with the spilled ones; nothing: none, or damaged
  bool of_another_id = false;                 // the disk mixed its files up: the names are not this one's

  bool intact() const { return content && content->size_bytes == status.size_bytes; }
  bool intact_at(const Stamp& stamp) const { return intact() && content->stamp == stamp; }
  bool settled() const { return intact() && names && names->settled; }
  Revision revision() const { return names ? names->revision : 0; }
};

class ObjectShelf {
 public:
  ObjectShelf(Filesystem& filesystem, SideFiles& side_files, SharedSyncs& syncs, OpenObjects& open_objects)
      : filesystem_(filesystem), side_files_(side_files), syncs_(syncs), open_objects_(open_objects) {}

  // Nothing: no such file.
  Result<std::optional<HeldObject>> load(const ObjectId& id, const ClusterId& cluster);
  // Without its names, for those who only want the bytes; add_names() completes it.
  Result<std::optional<HeldObject>> load_content(const ObjectId& id, const ClusterId& cluster);
  Status add_names(const ObjectId& id, HeldObject& held);
  Result<std::optional<HeldObject>> load_staged(const layout::StagedKey& key, const ClusterId& cluster);

  // Writes the names attribute of an object or of staged bytes about to become one; names that do not fit
  // go to a file. Returns the attribute as it was written.
  Result<NamesAttribute> write_names(File& file, const ObjectId& id, NamesAttribute names, bool durable);
  // Removes the file of an earlier attribute's names, unless `now` uses the same one.
  Status remove_spilled(const ObjectId& id, const std::optional<NamesAttribute>& before,
                        const std::optional<NamesAttribute>& now);

  Status put_in_place(const layout::StagedKey& key, const HeldObject& staged,
                      const std::optional<HeldObject>& replaced);
  Status remove(const ObjectId& id, const HeldObject& held);
  Status sync_entries();

  // The revision an object counts with where a path is disputed: that of the settle whose links this call has
  // laid, else of the last that was finished. One that was cut off counts as 0: its attribute also lists
  // paths it is leaving, and whoever sent it was not told ok and sends it again.
  Revision revision_of(const ObjectId& id);
  void set_under_way(const ObjectId& id, Revision revision);
  void end_under_way(const ObjectId& id);

  // Up to `limit` ids behind `after`, in order.
  Result<std::vector<ObjectId>> ids_behind(const std::optional<ObjectId>& after, std::size_t limit);
  // 0 when the object is not, or not wholly, settled; nothing when it is gone.
  Result<std::optional<Revision>> settled_revision(const ObjectId& id);

  void count(std::uint64_t files, std::uint64_t bytes);  // found at the start
  std::uint64_t files() const { return files_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  Result<std::optional<HeldObject>> load_from(const std::string& path, const ObjectId& id,
                                              const ClusterId& cluster);
  Result<std::optional<HeldObject>> load_content_from(const std::string& path, const ObjectId& id,
                                                      const ClusterId& cluster);

  Filesystem& filesystem_;
  SideFiles& side_files_;
  SharedSyncs& syncs_;
  OpenObjects& open_objects_;
  std::atomic<std::uint64_t> files_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::mutex mutex_;
  std::unordered_map<ObjectId, Revision> under_way_;
  std::vector<ObjectId> window_;  // ids in order, the next pages of a walk; bounded
};

}  // namespace tandem::storaged
