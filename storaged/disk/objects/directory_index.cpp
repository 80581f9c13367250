#include "storaged/disk/objects/directory_index.hpp"

#include <algorithm>
#include <cassert>

namespace tandem::storaged {

namespace {
constexpr std::size_t told_max = 4'000'000;  // 200 MB; a node restarts long before
}

std::optional<DirectoryPlace> DirectoryIndex::find(const ObjectId& id) const {
  const std::unique_lock lock(mutex_);
  const auto found = places_.find(id);
  if (found == places_.end()) return std::nullopt;
  return found->second;
}

bool DirectoryIndex::has(const ObjectId& id) const {
  const std::unique_lock lock(mutex_);
  return id == root_directory || id == layout::limbo_directory || places_.contains(id);
}

void DirectoryIndex::put(const ObjectId& id, DirectoryPlace place) {
  assert(id != root_directory && id != layout::limbo_directory);
  const std::unique_lock lock(mutex_);
  DirectoryPlace& present = places_[id];
  if (present.parent != place.parent || present.name != place.name) ++generation_;
  present = std::move(place);
}

void DirectoryIndex::attribute_written(const ObjectId& id, Revision revision) {
  const std::unique_lock lock(mutex_);
  const auto found = places_.find(id);
  if (found != places_.end() && found->second.revision == revision) found->second.attribute_due = false;
}

void DirectoryIndex::erase(const ObjectId& id) {
  const std::unique_lock lock(mutex_);
  places_.erase(id);
  ++generation_;
}

std::uint64_t DirectoryIndex::size() const {
  const std::unique_lock lock(mutex_);
  return places_.size();
}

std::optional<std::string> DirectoryIndex::path_of(const ObjectId& id) const {
  std::vector<std::string_view> names;
  ObjectId at = id;
  const std::unique_lock lock(mutex_);
  while (at != root_directory && at != layout::limbo_directory) {
    const auto found = places_.find(at);
    if (found == places_.end()) return std::nullopt;
    names.push_back(found->second.name);
    at = found->second.parent;
    assert(names.size() <= places_.size() && "directories on a node form a cycle");
  }
  std::string path(at == root_directory ? layout::tree : layout::limbo);
  std::for_each(names.rbegin(), names.rend(),
                [&](std::string_view name) { path.append(1, '/').append(name); });
  return path;
}

bool DirectoryIndex::is_under(const ObjectId& id, const ObjectId& ancestor) const {
  ObjectId at = id;
  std::size_t steps = 0;
  const std::unique_lock lock(mutex_);
  while (at != root_directory && at != layout::limbo_directory) {
    if (at == ancestor) return true;
    const auto found = places_.find(at);
    if (found == places_.end()) return false;
    at = found->second.parent;
    assert(++steps <= places_.size() && "directories on a node form a cycle");
  }
  return false;
}

std::uint64_t DirectoryIndex::generation() const {
  const std::unique_lock lock(mutex_);
  return generation_;
}

std::vector<InventoryEntry> DirectoryIndex::behind(const std::optional<ObjectId>& after,
                                                   std::size_t limit) const {
  std::vector<InventoryEntry> entries;
  const std::unique_lock lock(mutex_);
  auto place = after ? places_.upper_bound(*after) : places_.begin();
  for (; place != places_.end() && entries.size() < limit; ++place) {
    const bool shown = place->second.parent != layout::limbo_directory && !place->second.attribute_due;
    entries.push_back({place->first, Kind::directory, shown ? place->second.revision : 0});
  }
  return entries;
}

Revision DirectoryIndex::told(const ObjectId& id) const {
  const std::unique_lock lock(mutex_);
  const auto found = told_.find(id);
  return found == told_.end() ? 0 : found->second;
}

bool DirectoryIndex::tell(const ObjectId& id, Revision revision) {
  const std::unique_lock lock(mutex_);
  const auto found = told_.find(id);
  if (found != told_.end()) {
    found->second = std::max(found->second, revision);
    return true;
  }
  if (told_.size() >= told_max) return false;
  told_.emplace(id, revision);
  return true;
}

}  // namespace tandem::storaged
