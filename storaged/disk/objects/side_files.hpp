// Files under checksums/: what belongs to an object and does not fit its attributes. Whole or not there at
// all: each is written under another name first. All calls may be made at the same time for different ids.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/contract/result.hpp"
#include "storaged/disk/filesystem.hpp"
#include "storaged/disk/objects/layout.hpp"
#include "storaged/disk/objects/object_attributes.hpp"
#include "storaged/disk/objects/shared_syncs.hpp"

namespace tandem::storaged {

class SideFiles {
 public:
  SideFiles(Filesystem& filesystem, SharedSyncs& syncs) : filesystem_(filesystem), syncs_(syncs) {}

  // The list of a content just staged under `key`; shared by all who staged or settled that stamp.
  Status write_checksums(const layout::StagedKey& key, const std::vector<BlockChecksum>& checksums,
                         bool durable);
  // The list as it stands in the attribute or in a file, held against the content's digest: `corrupt`,
  // naming the file, when it does not match; `not_found` when the file is gone.
  Result<std::vector<BlockChecksum>> load_checksums(const ContentAttribute& content);
  Status remove_checksums(const ContentAttribute& content);
  // The list of a content of this size is on the disk, if it has a file: where bytes came that were not
  // synced.
  Status sync_checksums(const ObjectId& id, const Stamp& stamp, std::uint64_t size_bytes);

  // Returns the hash to note in the attribute.
  Result<std::uint64_t> write_names(const ObjectId& id, std::string_view encoded, bool durable);
  Result<std::vector<Name>> load_names(const ObjectId& id, std::uint64_t hash);  // `corrupt` when damaged
  Status remove_names(const ObjectId& id, std::uint64_t hash);
  Status sync_names(const ObjectId& id, std::uint64_t hash);  // as sync_checksums()

  Status sync();  // entries of checksums/

 private:
  Status write(const std::string& path, const std::string& draft_path, std::string_view bytes, bool durable);
  // `corrupt` when it is longer than what belongs there may be.
  Result<std::string> read(const std::string& path, std::uint64_t bytes_max);
  Status remove(const std::string& path);
  Status sync(const std::string& path);

  Filesystem& filesystem_;
  SharedSyncs& syncs_;
};

}  // namespace tandem::storaged
