// Serves contents: the settled object, or staged bytes at exactly the stamp asked for. Every block is checked
// before its bytes are handed out. Needs no lock: an open file keeps its bytes and their description.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "protocol/contract/node_service.hpp"
#include "storaged/disk/objects/object_shelf.hpp"
#include "storaged/disk/objects/side_files.hpp"
#include "storaged/disk/objects/staging_area.hpp"

namespace tandem::storaged {

using ChecksumList = std::shared_ptr<const std::vector<BlockChecksum>>;

struct FoundContent {
  Answer answer = Answer::absent;
  Revision revision = 0;     // of the settled object, when its content is not the one asked for
  HeldObject object{};       // when ok; its file is open
  ChecksumList checksums{};  // when ok; they match the digest
  std::string path{};
};

class ObjectReader {
 public:
  ObjectReader(ObjectShelf& shelf, StagingArea& staging, SideFiles& side_files)
      : shelf_(shelf), staging_(staging), side_files_(side_files) {}

  // Another stamp is `newer` or `older` by the order of stamps; a caller reads the record again in either
  // case.
  Result<FoundContent> find(const ClusterId& cluster, const ObjectId& id, const Stamp& stamp);
  Result<std::unique_ptr<ContentSource>> fetch(const ClusterId& cluster, const FetchRequest& request);
  Result<Answer> verify(const ClusterId& cluster, const ObjectId& id, const Stamp& stamp);

 private:
  Result<bool> use(HeldObject held, const std::string& path, FoundContent& found);
  Result<bool> find_settled(const ClusterId& cluster, const ObjectId& id, const Stamp& stamp,
                            FoundContent& found);
  Result<bool> find_staged(const ClusterId& cluster, const ObjectId& id, const Stamp& stamp,
                           FoundContent& found);
  Result<ChecksumList> checksums_of(const ContentAttribute& content);

  struct CachedList {
    ObjectId id{};
    Stamp stamp{};
    Digest digest{};
    ChecksumList list{};
  };

  ObjectShelf& shelf_;
  StagingArea& staging_;
  SideFiles& side_files_;
  std::mutex mutex_;
  std::vector<CachedList> cache_;  // of big contents, the latest last
};

}  // namespace tandem::storaged
