#include "gateway/catalogue/names/cached_catalogue.hpp"

#include <algorithm>
#include <utility>

namespace tandem::gateway {

CachedCatalogue::CachedCatalogue(Catalogue& engine, std::size_t entries_max,
                                 std::function<void(std::string_view)> on_change)
    : engine_(engine), on_change_(std::move(on_change)), entries_(entries_max) {}

void CachedCatalogue::tell(std::string_view key) const {
  if (on_change_) on_change_(key);
}

void CachedCatalogue::put(std::string_view key, Known entry) {
  constexpr std::size_t unit_bytes = 1024;
  const std::size_t bytes = key.size() + (entry ? entry->key.size() + entry->value.size() : 0);
  entries_.put(key, std::move(entry), 1 + bytes / unit_bytes);
}

void CachedCatalogue::learn(std::string_view key, Known entry, Revision revision) {
  // An older read may have missed what was applied since. A newer one is harmless: if the key changed in
  // between, the history still to be applied names it and drops it again.
  const Revision applied = applied_.load(std::memory_order_relaxed);
  if (applied != 0 && revision >= applied) put(key, std::move(entry));
}

Status CachedCatalogue::catch_up(Revision known) {
  Revision since = 0;
  {
    const std::lock_guard lock(mutex_);
    since = applied_.load(std::memory_order_relaxed);
    if (since == 0) applied_.store(known, std::memory_order_release);
    if (since == 0 || since >= known) return success();
  }
  const auto history = engine_.history(since);
  if (!history.ok()) return history.error();
  // Derived maps hear of it before the revision counts as applied, or they would be trusted too early.
  if (history->reset) tell({});
  if (!history->reset) {
    for (const std::string& key : history->keys) tell(key);
  }
  const std::lock_guard lock(mutex_);
  if (applied_.load(std::memory_order_relaxed) >= history->revision) return success();
  if (history->reset) entries_.clear();
  if (!history->reset) {
    for (const std::string& key : history->keys) entries_.erase(key);
  }
  applied_.store(history->revision, std::memory_order_release);
  return success();
}

Result<std::shared_ptr<const Entry>> CachedCatalogue::find(std::string_view key) {
  const auto known = engine_.known_revision();
  if (!known) return ask(key);
  if (applied_.load(std::memory_order_acquire) < *known) {
    if (Status status = catch_up(*known); !status.ok()) return std::move(status).error();
  }
  {
    const std::lock_guard lock(mutex_);
    if (const Known* entry = entries_.find(key)) {
      ++hits_;
      return *entry;
    }
  }
  return ask(key);
}

Result<std::shared_ptr<const Entry>> CachedCatalogue::ask(std::string_view key) {
  const std::string asked(key);
  auto snapshot = engine_.get_many({&asked, 1});
  if (!snapshot.ok()) return std::move(snapshot).error();
  Known entry;
  if (auto& found = snapshot->entries.front()) entry = std::make_shared<const Entry>(*std::move(found));
  const std::lock_guard lock(mutex_);
  ++misses_;
  learn(key, entry, snapshot->revision);
  return entry;
}

bool CachedCatalogue::knows_all(std::span<const std::string> keys) {
  const std::lock_guard lock(mutex_);
  return std::all_of(keys.begin(), keys.end(),
                     [this](const std::string& key) { return entries_.find(key) != nullptr; });
}

Status CachedCatalogue::expect(std::span<const std::string> keys) {
  if (!current() || knows_all(keys)) return success();  // when not current, nothing would be learnt for sure
  const auto snapshot = get_many(keys);
  return snapshot.ok() ? success() : Status(snapshot.error());
}

Result<std::optional<Entry>> CachedCatalogue::get(std::string_view key) {
  const auto entry = find(key);
  if (!entry.ok()) return entry.error();
  if (*entry == nullptr) return std::optional<Entry>();
  return std::optional<Entry>(**entry);
}

Result<Snapshot> CachedCatalogue::get_many(std::span<const std::string> keys) {
  auto snapshot = engine_.get_many(keys);
  if (!snapshot.ok()) return snapshot;
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto& entry = snapshot->entries[i];
    learn(keys[i], entry ? std::make_shared<const Entry>(*entry) : nullptr, snapshot->revision);
  }
  return snapshot;
}

Result<Page> CachedCatalogue::scan(std::string_view prefix, std::string_view after, std::size_t limit) {
  auto page = engine_.scan(prefix, after, limit);
  if (!page.ok()) return page;
  const std::lock_guard lock(mutex_);
  for (const Entry& entry : page->entries) {
    learn(entry.key, std::make_shared<const Entry>(entry), page->revision);
  }
  return page;
}

Result<Commit> CachedCatalogue::commit(const Transaction& transaction) {
  auto commit = engine_.commit(transaction);
  if (!commit.ok()) return commit;  // if it did happen, the history will tell
  if (commit->committed) {
    for (const Change& change : transaction.changes) tell(change.key);
  }
  const std::lock_guard lock(mutex_);
  if (!commit->committed) {
    for (const Entry& entry : commit->current) {
      learn(entry.key, std::make_shared<const Entry>(entry), commit->revision);
    }
    return commit;
  }
  // Somebody else's commit in between, or one applied already: the history says what to drop.
  const Revision applied = applied_.load(std::memory_order_relaxed);
  if (applied == 0 || commit->revision != applied + 1) return commit;
  for (const Change& change : transaction.changes) {
    Known entry;
    if (change.kind == Change::Kind::put) {
      entry =
          std::make_shared<const Entry>(Entry{change.key, change.value, commit->revision, change.session});
    }
    put(change.key, std::move(entry));
  }
  applied_.store(commit->revision, std::memory_order_release);
  return commit;
}

Status CachedCatalogue::refresh() {
  const auto known = engine_.known_revision();
  return known ? catch_up(*known) : success();
}

bool CachedCatalogue::current() const {
  const auto known = engine_.known_revision();
  const Revision applied = applied_.load(std::memory_order_acquire);
  return known && applied != 0 && applied >= *known;
}

std::size_t CachedCatalogue::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

std::uint64_t CachedCatalogue::hits() const {
  const std::lock_guard lock(mutex_);
  return hits_;
}

std::uint64_t CachedCatalogue::misses() const {
  const std::lock_guard lock(mutex_);
  return misses_;
}

}  // namespace tandem::gateway
