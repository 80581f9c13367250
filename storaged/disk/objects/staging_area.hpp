// staging/: which contents are staged here or being written, and which claims stand. The list is kept in
// memory, 100 bytes an entry, and read from the folder at the start; claims are forgotten with the run.
// All calls may be made at the same time; those that change an id's entries are made under its lock.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "protocol/contract/node_service.hpp"
#include "storaged/disk/filesystem.hpp"
#include "storaged/disk/objects/layout.hpp"
#include "storaged/disk/objects/shared_syncs.hpp"

namespace tandem::storaged {

struct StagedContent {
  layout::StagedKey key{};
  SessionId session = 0;
  std::uint64_t size_bytes = 0;
  bool synced = false;  // the bytes are known to be on the disk
};

class StagingArea {
 public:
  StagingArea(Filesystem& filesystem, SharedSyncs& syncs) : filesystem_(filesystem), syncs_(syncs) {}

  // Reserves the key for a writer: `exists` when it is staged or being written, `no_space` when too many are.
  Status begin(const layout::StagedKey& key);
  void complete(const StagedContent& content);  // the writer is done
  void forget(const layout::StagedKey& key);    // its file is gone or was renamed
  Status drop(const layout::StagedKey& key);    // removes its file too

  std::optional<StagedContent> find(const layout::StagedKey& key) const;  // complete ones only
  std::vector<StagedContent> of(const ObjectId& id) const;                // dito, smaller stamps first
  bool any_at(const ObjectId& id, const Stamp& stamp) const;              // also those being written
  std::vector<StagedContent> list(std::size_t limit) const;
  std::uint64_t files() const;
  std::uint64_t bytes() const;
  void changed();  // a file was made in staging/
  Status sync_entries();

  // A claim that stood before and was given up, taken over or used does not stand again: the call may be one
  // that was delivered twice, and what was decided under the claim be out of date.
  void claim(const ObjectId& id, std::uint64_t claim);
  bool claim_stands(const ObjectId& id, std::uint64_t claim) const;
  void forget_claim(const ObjectId& id);

 private:
  struct Entry {
    bool complete = false;
    StagedContent content{};
  };
  void erase(const layout::StagedKey& key);
  void spend(const ObjectId& id, std::uint64_t claim);  // with the mutex held

  Filesystem& filesystem_;
  SharedSyncs& syncs_;
  mutable std::mutex mutex_;
  std::map<layout::StagedKey, Entry> entries_;
  std::uint64_t files_ = 0;
  std::uint64_t bytes_ = 0;
  std::unordered_map<ObjectId, std::uint64_t> claims_;
  // The last claims that stood once, each as one number with its id; the oldest are forgotten.
  std::unordered_set<std::uint64_t> spent_;
  std::deque<std::uint64_t> spent_in_order_;
};

}  // namespace tandem::storaged
