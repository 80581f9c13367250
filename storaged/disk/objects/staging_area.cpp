#include "storaged/disk/objects/staging_area.hpp"

#include <cstring>

namespace tandem::storaged {

namespace {
constexpr std::size_t entries_max = 1'000'000;
constexpr std::size_t spent_claims_max = 65'536;

// Claims are random numbers.
std::uint64_t as_one_number(const ObjectId& id, std::uint64_t claim) {
  std::uint64_t number = 0;
  std::memcpy(&number, id.bytes.data(), sizeof number);
  return number ^ claim;
}

layout::StagedKey first_of(const ObjectId& id) {
  return {id, {}, 0};
}
}  // namespace

Status StagingArea::begin(const layout::StagedKey& key) {
  const std::unique_lock lock(mutex_);
  if (entries_.contains(key))
    return Error{Code::exists, "bytes are staged under this stamp already", layout::staged_path(key)};
  if (entries_.size() >= entries_max)
    return Error{Code::no_space, "too many contents are staged", std::string(layout::staging)}.hint(
        "end the sessions that left them, then heal");
  entries_.emplace(key, Entry{});
  return success();
}

void StagingArea::complete(const StagedContent& content) {
  const std::unique_lock lock(mutex_);
  entries_[content.key] = Entry{true, content};
  ++files_;
  bytes_ += content.size_bytes;
}

void StagingArea::erase(const layout::StagedKey& key) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return;
  if (found->second.complete) {
    --files_;
    bytes_ -= found->second.content.size_bytes;
  }
  entries_.erase(found);
}

void StagingArea::forget(const layout::StagedKey& key) {
  const std::unique_lock lock(mutex_);
  erase(key);
}

Status StagingArea::drop(const layout::StagedKey& key) {
  Status status = filesystem_.unlink(layout::staged_path(key));
  if (!status.ok() && status.code() != Code::not_found) return status;
  syncs_.changed(std::string(layout::staging));
  forget(key);
  return success();
}

std::optional<StagedContent> StagingArea::find(const layout::StagedKey& key) const {
  const std::unique_lock lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end() || !found->second.complete) return std::nullopt;
  return found->second.content;
}

std::vector<StagedContent> StagingArea::of(const ObjectId& id) const {
  std::vector<StagedContent> contents;
  const std::unique_lock lock(mutex_);
  for (auto entry = entries_.lower_bound(first_of(id)); entry != entries_.end() && entry->first.id == id;
       ++entry)
    if (entry->second.complete) contents.push_back(entry->second.content);
  return contents;
}

bool StagingArea::any_at(const ObjectId& id, const Stamp& stamp) const {
  const std::unique_lock lock(mutex_);
  const auto entry = entries_.lower_bound({id, stamp, 0});
  return entry != entries_.end() && entry->first.id == id && entry->first.stamp == stamp;
}

std::vector<StagedContent> StagingArea::list(std::size_t limit) const {
  std::vector<StagedContent> contents;
  const std::unique_lock lock(mutex_);
  for (const auto& [key, entry] : entries_) {
    if (contents.size() == limit) break;
    if (entry.complete) contents.push_back(entry.content);
  }
  return contents;
}

std::uint64_t StagingArea::files() const {
  const std::unique_lock lock(mutex_);
  return files_;
}

std::uint64_t StagingArea::bytes() const {
  const std::unique_lock lock(mutex_);
  return bytes_;
}

void StagingArea::changed() {
  syncs_.changed(std::string(layout::staging));
}

Status StagingArea::sync_entries() {
  return syncs_.ensure(std::string(layout::staging),
                       [this] { return filesystem_.sync_directory(layout::staging); });
}

void StagingArea::claim(const ObjectId& id, std::uint64_t claim) {
  const std::unique_lock lock(mutex_);
  if (spent_.contains(as_one_number(id, claim))) return;
  std::uint64_t& standing = claims_[id];
  if (standing != 0 && standing != claim) spend(id, standing);
  standing = claim;
}

bool StagingArea::claim_stands(const ObjectId& id, std::uint64_t claim) const {
  const std::unique_lock lock(mutex_);
  const auto found = claims_.find(id);
  return found != claims_.end() && found->second == claim;
}

void StagingArea::forget_claim(const ObjectId& id) {
  const std::unique_lock lock(mutex_);
  const auto found = claims_.find(id);
  if (found == claims_.end()) return;
  spend(id, found->second);
  claims_.erase(found);
}

void StagingArea::spend(const ObjectId& id, std::uint64_t claim) {
  const std::uint64_t number = as_one_number(id, claim);
  if (!spent_.insert(number).second) return;
  spent_in_order_.push_back(number);
  if (spent_in_order_.size() <= spent_claims_max) return;
  spent_.erase(spent_in_order_.front());
  spent_in_order_.pop_front();
}

}  // namespace tandem::storaged
