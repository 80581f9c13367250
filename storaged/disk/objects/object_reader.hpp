// Serves contents: the settled object, or staged bytes at exactly the stamp asked for. Every block is checked
// before its bytes are handed out. Needs no lock: an open file keeps its bytes and their description.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "protocol/contract/node_service.hpp"
#include "storaged/disk/objects/keyed_locks.hpp"
#include "storaged/disk/objects/object_shelf.hpp"
#include "storaged/disk/objects/open_objects.hpp"
#include "storaged/disk/objects/side_files.hpp"
#include "storaged/disk/objects/staging_area.hpp"

namespace tandem::storaged {

struct FoundContent {
  Answer answer = Answer::absent;
  Revision revision = 0;  // of the settled object, when its content is not the one asked for
  std::shared_ptr<const OpenContent> content{};  // when ok
};

class ObjectReader {
 public:
  ObjectReader(ObjectShelf& shelf, StagingArea& staging, SideFiles& side_files, OpenObjects& open_objects,
               KeyedLocks& verify_turns)
      : shelf_(shelf),
        staging_(staging),
        side_files_(side_files),
        open_objects_(open_objects),
        verify_turns_(verify_turns) {}

  // As the disk has it now. Another stamp is `newer` or `older` by the order of stamps; a caller reads the
  // record again in either case.
  Result<FoundContent> find(const ClusterId& cluster, const ObjectId& id, const Stamp& stamp) {
    return find({cluster, id, stamp, Lists::from_the_disk});
  }
  Result<std::unique_ptr<ContentSource>> fetch(const ClusterId& cluster, const FetchRequest& request);
  // Reads all of it, from the disk. However many are verified at once, they take turns piece by piece and
  // together load the disk as one does, so that readers and writers are not kept waiting.
  Result<Answer> verify(const ClusterId& cluster, const ObjectId& id, const Stamp& stamp);

 private:
  Result<FoundContent> find_to_read(const ClusterId& cluster, const ObjectId& id, const Stamp& stamp);
  // Long lists of checksums.
  enum class Lists : std::uint8_t { from_the_disk, from_memory_too };
  struct Wanted {
    const ClusterId& cluster;
    const ObjectId& id;
    const Stamp& stamp;
    Lists lists;
  };
  Result<FoundContent> find(const Wanted& wanted);
  Result<bool> use(HeldObject held, const std::string& path, Lists lists, FoundContent& found);
  Result<bool> find_settled(const Wanted& wanted, FoundContent& found);
  Result<bool> find_staged(const Wanted& wanted, FoundContent& found);
  Result<ChecksumList> checksums_of(const ContentAttribute& content, Lists lists);

  struct CachedList {
    ObjectId id{};
    Stamp stamp{};
    Digest digest{};
    ChecksumList list{};
  };

  ObjectShelf& shelf_;
  StagingArea& staging_;
  SideFiles& side_files_;
  OpenObjects& open_objects_;
  KeyedLocks& verify_turns_;  // of its one key
  std::mutex mutex_;
  std::vector<CachedList> cache_;  // of big contents that were read, the latest last
};

}  // namespace tandem::storaged
