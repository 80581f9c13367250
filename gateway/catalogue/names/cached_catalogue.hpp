// A bounded, coherent cache in front of a catalogue: the gateway's in-memory map. A cached entry is used
// without asking only while it is known current: the engine's revision word equals what has been applied
// here; otherwise the keys changed since are dropped first (one read). Absence is cached too.
//
// All calls may be made at the same time.
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/catalogue/catalogue.hpp"

namespace tandem::gateway {

class CachedCatalogue {
 public:
  // `on_change` is called (not under a lock) with every key found changed by others, and with an empty
  // key when everything has to be forgotten; for maps derived from the cache. May be empty.
  CachedCatalogue(Catalogue& engine, std::size_t entries_max,
                  std::function<void(std::string_view)> on_change);

  // As current as a read of the engine at some instant during the call.
  Result<std::optional<Entry>> get(std::string_view key);
  // Always asks the engine; the cache learns from it.
  Result<Snapshot> get_many(std::span<const std::string> keys);
  Result<Page> scan(std::string_view prefix, std::string_view after, std::size_t limit);
  // What is committed here is known here at once.
  Result<Commit> commit(const Transaction& transaction);
  // Brings the cache up to the present; what get() does first.
  Status refresh();

  Catalogue& engine() { return engine_; }
  std::size_t size() const;
  std::uint64_t hits() const;
  std::uint64_t misses() const;

 private:
  struct Slot {
    std::optional<Entry> entry;  // nothing: known absent
    std::list<std::string>::iterator used;
  };
  void remember(std::string_view key, std::optional<Entry> entry);
  void forget(std::string_view key);
  void forget_all();

  Catalogue& engine_;
  const std::size_t entries_max_;
  const std::function<void(std::string_view)> on_change_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Slot> entries_;
  std::list<std::string> by_use_;  // front: least lately
  Revision applied_ = 0;           // what entries_ is current with
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
};

}  // namespace tandem::gateway
