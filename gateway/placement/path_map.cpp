#include "gateway/placement/path_map.hpp"

#include <functional>
#include <utility>

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

std::size_t weight_of(std::string_view path, const ObjectRecord& record) {
  constexpr std::size_t unit_bytes = 1024;
  std::size_t bytes = path.size() + record.target.size() + record.unknown.size();
  for (const Name& name : record.names) bytes += sizeof(name) + name.name.size();
  return 1 + bytes / unit_bytes;
}

}  // namespace

std::uint64_t PathMap::hash_of(const ObjectId& directory, std::string_view name) {
  constexpr std::uint64_t mix = 0x9e3779b97f4a7c15U;
  const std::uint64_t above = std::hash<ObjectId>{}(directory);
  std::uint64_t hash = (above ^ (above >> 32U)) * mix + std::hash<std::string_view>{}(name);
  hash = (hash ^ (hash >> 29U)) * mix;
  return hash ^ (hash >> 32U);
}

PathMap::Target PathMap::find(std::string_view path) {
  const std::lock_guard lock(mutex_);
  const Known* known = paths_.find(path);
  if (known != nullptr && !outdated(known->name_hash, known->learnt) &&
      !outdated(hash_of(known->target->id, {}), known->learnt)) {
    ++counters_.hits;
    return known->target;
  }
  if (known != nullptr) paths_.erase(path);
  ++counters_.misses;
  return nullptr;
}

void PathMap::remember(std::string_view path, std::span<const Name> steps, Target target, Ticket ticket) {
  const std::lock_guard lock(mutex_);
  if (ticket < cleared_at_ || outdated(hash_of(target->id, {}), ticket)) return;
  for (const Name& step : steps) {
    if (outdated(hash_of(step.directory, step.name), ticket)) return;
  }
  if (directories_.size() + steps.size() > paths_max_) clear_locked();
  const bool is_directory = target->record.kind == Kind::directory;
  for (const Name& step : steps) {
    if (&step != &steps.back() || is_directory) directories_.insert(hash_of(step.directory, step.name));
  }
  const std::uint64_t name_hash = steps.empty() ? 0 : hash_of(steps.back().directory, steps.back().name);
  const std::size_t weight = weight_of(path, target->record);
  paths_.put(path, Known{std::move(target), name_hash, ticket}, weight);
}

void PathMap::changed(std::string_view catalogue_key) {
  if (catalogue_key.empty()) return clear();
  const auto name = keys::parse_name(catalogue_key);
  auto object = keys::parse_record(catalogue_key);
  if (!object) object = keys::parse_intent(catalogue_key);
  if (!name && !object) return;
  const std::uint64_t hash = name ? hash_of(name->directory, name->name) : hash_of(*object, {});
  const std::lock_guard lock(mutex_);
  changed_at_[hash % buckets] = changes_.fetch_add(1, std::memory_order_acq_rel) + 1;
  if (directories_.contains(hash)) clear_locked();
}

void PathMap::clear() {
  const std::lock_guard lock(mutex_);
  changes_.fetch_add(1, std::memory_order_acq_rel);
  clear_locked();
}

void PathMap::clear_locked() {
  cleared_at_ = changes_.load(std::memory_order_relaxed);
  paths_.clear();
  directories_.clear();
  ++counters_.clears;
}

PathMap::Counters PathMap::counters() const {
  const std::lock_guard lock(mutex_);
  Counters counters = counters_;
  counters.paths = paths_.size();
  return counters;
}

}  // namespace tandem::gateway
