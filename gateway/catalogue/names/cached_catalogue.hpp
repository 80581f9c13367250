// A bounded, coherent cache in front of a catalogue: the gateway's in-memory map. A cached entry is used
// without asking only while it is known current: the engine's revision word equals what has been applied
// here; otherwise the keys changed since are dropped first (one read). Absence is cached too. While the
// engine knows no revision (it may never know one), every get asks it.
//
// All calls may be made at the same time.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/catalogue/names/bounded_map.hpp"

namespace tandem::gateway {

class CachedCatalogue {
 public:
  using Known = std::shared_ptr<const Entry>;  // null: known absent
  // As Snapshot, shared with the cache.
  struct Reading {
    std::vector<Known> entries{};
    Revision revision = 0;
  };

  // As Page, shared with the cache.
  struct Listing {
    std::vector<Known> entries{};
    Revision revision = 0;
    bool more = false;
  };

  // `entries_max` bounds the memory: an entry counts as one for each KiB it has begun.
  // `on_change` is called (not under a lock) with every key found changed by others or changed here, and
  // with an empty key when everything has to be forgotten, once at the beginning, too; always before
  // current() says so again. For maps derived from the cache. May be empty.
  CachedCatalogue(Catalogue& engine, std::size_t entries_max,
                  std::function<void(std::string_view)> on_change);

  // As current as a read of the engine at some instant during the call.
  Result<std::optional<Entry>> get(std::string_view key);
  // The same without a copy; null when there is no such key. Where the engine has to be asked, the keys that
  // `ahead` tells will be wanted next are read along, in the same snapshot.
  Result<Known> find(std::string_view key, const NextKey& ahead = {});
  // Of one revision; the engine is asked unless all of them are cached.
  Result<Reading> get_many(std::span<const std::string> keys);
  // Always asks the engine; the cache learns from it.
  Result<Page> scan(std::string_view prefix, std::string_view after, std::size_t limit);
  // The same without copies.
  Result<Listing> list(std::string_view prefix, std::string_view after, std::size_t limit);
  // What is committed here is known here at once.
  Result<Commit> commit(const Transaction& transaction);
  // Brings the cache up to the present; what get() does first.
  Status refresh();
  // No I/O: what is cached, and what was derived from it and heard every on_change, holds right now.
  bool current() const;

  // As the engine's: no I/O; nothing: it cannot tell.
  std::optional<Revision> known_revision() const { return engine_.known_revision(); }

  Catalogue& engine() { return engine_; }
  std::size_t size() const;
  std::uint64_t hits() const;
  std::uint64_t misses() const;

 private:
  void begin_at(Revision known);
  Status catch_up(Revision known);
  // Nothing: not all of them are cached, or something is being changed.
  std::optional<Reading> cached(std::span<const std::string> keys);
  Result<Known> ask(std::string_view key);
  Result<Known> ask_ahead(std::string_view key, const NextKey& ahead);
  // With the mutex held; whether what a read at `revision` saw is of use to the cache.
  bool learns(Revision revision) const;
  void learn(std::span<const std::string> keys, const Reading& reading);
  void put_copy(const Entry& entry);
  void put(std::string_view key, Known entry);
  void tell(std::string_view key) const;

  Catalogue& engine_;
  const std::function<void(std::string_view)> on_change_;
  mutable std::mutex mutex_;
  BoundedMap<Known, std::string_view> entries_;  // never null: of what is absent the revision is 0
  // What entries_ is current with: each entry is what a read at this revision finds, unless its key is
  // among those changed since. 0: nothing is kept yet. Written with the mutex held.
  std::atomic<Revision> applied_{0};
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
};

}  // namespace tandem::gateway
