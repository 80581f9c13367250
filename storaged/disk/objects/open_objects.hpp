// Contents that were read a moment ago, with their files open and their descriptions in memory, so that
// reading one again costs a glance at its path and the read itself.
//
// One counts only while the glance shows the very file it was made from, unchanged since: whatever happens to
// the file or its attributes by way of the file system, through us or behind our back, makes the next reader
// start anew. Its bytes are checked at every read as always. What is not noticed is an attribute that turns
// on the disk itself, under the file system: for as long as the content is kept here, at most `kept_for`.
//
// Bounded in number, so in descriptors. All calls may be made at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "protocol/contract/checksums.hpp"
#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/runtime.hpp"
#include "storaged/disk/filesystem.hpp"

namespace tandem::storaged {

using ChecksumList = std::shared_ptr<const std::vector<BlockChecksum>>;

// A file of objects/ or staging/ whose description is sound.
struct OpenContent {
  std::shared_ptr<File> file{};
  FileStatus status{};  // from before its attributes were read
  ClusterId cluster{};
  Stamp stamp{};
  std::uint64_t size_bytes = 0;
  Digest digest{};
  ChecksumList checksums{};  // they match the digest
  std::string path{};
};

class OpenObjects {
 public:
  static constexpr Duration kept_for = std::chrono::seconds(30);

  OpenObjects(Runtime& runtime, Filesystem& filesystem, std::size_t count_max)
      : runtime_(runtime), filesystem_(filesystem), count_max_(count_max) {}

  // The object's content as it is now; null when it is not here.
  std::shared_ptr<const OpenContent> find(const ObjectId& id);

  // When somebody began to look for a content that keep() may get.
  struct Beginning {
    std::uint64_t removals = 0;
    WallTime at{};
  };
  Beginning begin();
  // Keeps it unless an object was removed or replaced since, or its file had changed so lately that the next
  // change might look like none.
  void keep(const ObjectId& id, std::shared_ptr<const OpenContent> content, const Beginning& beginning);

  // The object is gone or has another file; its space is free when the last reader ends.
  void forget(const ObjectId& id);

 private:
  struct Kept {
    ObjectId id{};
    std::shared_ptr<const OpenContent> content{};
    Instant since{};
  };
  using InOrder = std::list<Kept>;
  void drop(const ObjectId& id);  // with the mutex held

  Runtime& runtime_;
  Filesystem& filesystem_;
  const std::size_t count_max_;
  std::mutex mutex_;
  InOrder latest_first_;
  std::unordered_map<ObjectId, InOrder::iterator> kept_;
  std::uint64_t removals_ = 0;
};

}  // namespace tandem::storaged
