// The hash map from absolute paths to the records they lead to, consulted by every command. It is derived
// from the catalogue's cache and bounded: what was used lately stays.
//
// How it stays true. The cache tells changed() every key that changes, before it calls itself current again.
// A changed record, intent or name of a file outdates the paths that lead to it; a changed directory that a
// known path goes through outdates everything. A reader takes a ticket(), resolves the path in the catalogue
// and remembers it under that ticket: whatever changed in between is noticed.
//
// Use a found entry only while CachedCatalogue::current() was true at the start of the call; Locator does.
// All calls may be made at the same time.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "gateway/catalogue/names/bounded_map.hpp"
#include "gateway/catalogue/names/names.hpp"

namespace tandem::gateway {

class PathMap {
 public:
  using Ticket = std::uint64_t;
  using Target = std::shared_ptr<const Resolved>;

  // `paths_max` bounds the memory: a path counts as one for each KiB it has begun.
  explicit PathMap(std::size_t paths_max) : paths_max_(paths_max), paths_(paths_max) {}

  Target find(std::string_view path);  // null: not known

  Ticket ticket() const { return changes_.load(std::memory_order_acquire); }
  // `steps`: the names the path went through, the last its own; none for the root.
  void remember(std::string_view path, std::span<const Name> steps, Target target, Ticket ticket);

  // What CachedCatalogue's on_change reports; an empty key: everything.
  void changed(std::string_view catalogue_key);
  void clear();

  struct Counters {
    std::uint64_t paths = 0;
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::uint64_t clears = 0;
  };
  Counters counters() const;

 private:
  // Names and records share a bucket when their hashes meet; then one's change outdates the other, which
  // costs a lookup.
  static constexpr std::size_t buckets = std::size_t{1} << 16;

  struct Known {
    Target target{};
    std::uint64_t name_hash = 0;  // of its last name
    Ticket learnt = 0;
  };
  static std::uint64_t hash_of(const ObjectId& directory, std::string_view name);  // no name: of an object
  bool outdated(std::uint64_t hash, Ticket learnt) const { return learnt < changed_at_[hash % buckets]; }
  void clear_locked();

  const std::size_t paths_max_;
  mutable std::mutex mutex_;
  BoundedMap<Known> paths_;
  std::unordered_set<std::uint64_t> directories_;  // hashes of names that known paths go through
  std::array<Ticket, buckets> changed_at_{};
  Ticket cleared_at_ = 0;
  std::atomic<Ticket> changes_{1};  // names changed so far
  Counters counters_;
};

}  // namespace tandem::gateway
