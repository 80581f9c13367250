#include "gateway/catalogue/names/cached_catalogue.hpp"

#include <utility>

namespace tandem::gateway {
namespace {

CachedCatalogue::Reading shared(Snapshot snapshot) {
  CachedCatalogue::Reading reading{{}, snapshot.revision};
  reading.entries.reserve(snapshot.entries.size());
  for (auto& entry : snapshot.entries) {
    reading.entries.push_back(entry ? std::make_shared<const Entry>(*std::move(entry)) : nullptr);
  }
  return reading;
}

}  // namespace

CachedCatalogue::CachedCatalogue(Catalogue& engine, std::size_t entries_max,
                                 std::function<void(std::string_view)> on_change)
    : engine_(engine), on_change_(std::move(on_change)), entries_(entries_max) {}

void CachedCatalogue::tell(std::string_view key) const {
  if (on_change_) on_change_(key);
}

void CachedCatalogue::put(std::string_view key, Known entry) {
  constexpr std::size_t unit_bytes = 1024;
  const std::size_t bytes = key.size() + (entry ? entry->key.size() + entry->value.size() : 0);
  if (!entry) entry = std::make_shared<const Entry>(Entry{std::string(key), {}, 0, 0});
  const std::string_view own_key = entry->key;
  entries_.put(own_key, std::move(entry), 1 + bytes / unit_bytes);
}

// An older read may have missed what was applied since. A newer one is harmless: if the key changed in
// between, the history still to be applied names it and drops it again.
bool CachedCatalogue::learns(Revision revision) const {
  const Revision applied = applied_.load(std::memory_order_relaxed);
  return applied != 0 && revision >= applied;
}

void CachedCatalogue::put_copy(const Entry& entry) {
  put(entry.key, std::make_shared<const Entry>(entry));
}

// Nothing is cached yet, but what was derived from earlier reads rests on states of which no history was
// asked.
void CachedCatalogue::begin_at(Revision known) {
  tell({});
  const std::lock_guard lock(mutex_);
  if (applied_.load(std::memory_order_relaxed) == 0) applied_.store(known, std::memory_order_release);
}

Status CachedCatalogue::catch_up(Revision known) {
  if (applied_.load(std::memory_order_acquire) == 0) begin_at(known);
  const Revision since = applied_.load(std::memory_order_acquire);
  if (since >= known) return success();
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

Result<CachedCatalogue::Known> CachedCatalogue::find(std::string_view key, const NextKey& ahead) {
  const auto known = engine_.known_revision();
  if (!known) return ask(key);
  if (applied_.load(std::memory_order_acquire) < *known) {
    if (Status status = catch_up(*known); !status.ok()) return std::move(status).error();
  }
  {
    const std::lock_guard lock(mutex_);
    if (const Known* entry = entries_.find(key)) {
      ++hits_;
      return (*entry)->revision == 0 ? nullptr : *entry;
    }
  }
  return ahead ? ask_ahead(key, ahead) : ask(key);
}

Result<CachedCatalogue::Known> CachedCatalogue::ask(std::string_view key) {
  const std::string asked(key);
  auto snapshot = engine_.get_many({&asked, 1});
  if (!snapshot.ok()) return std::move(snapshot).error();
  Known entry;
  if (auto& found = snapshot->entries.front()) entry = std::make_shared<const Entry>(*std::move(found));
  const std::lock_guard lock(mutex_);
  ++misses_;
  if (learns(snapshot->revision)) put(key, entry);
  return entry;
}

Result<CachedCatalogue::Known> CachedCatalogue::ask_ahead(std::string_view key, const NextKey& ahead) {
  std::vector<std::string> keys{std::string(key)};
  auto chain = engine_.get_chain(keys.front(), [&](const Entry* found) {
    auto next = ahead(found);
    if (next) keys.push_back(*next);
    return next;
  });
  if (!chain.ok()) return std::move(chain).error();
  const Reading reading = shared(*std::move(chain));
  const std::lock_guard lock(mutex_);
  ++misses_;
  learn(keys, reading);
  return reading.entries.front();
}

void CachedCatalogue::learn(std::span<const std::string> keys, const Reading& reading) {
  if (!learns(reading.revision)) return;
  entries_.expect(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) put(keys[i], reading.entries[i]);
}

Result<std::optional<Entry>> CachedCatalogue::get(std::string_view key) {
  const auto entry = find(key);
  if (!entry.ok()) return entry.error();
  if (*entry == nullptr) return std::optional<Entry>();
  return std::optional<Entry>(**entry);
}

// Single entries may be newer than what is applied, and then belong to no common revision with the others.
// Not so while the engine's revision is the applied one: nobody can have seen anything newer.
std::optional<CachedCatalogue::Reading> CachedCatalogue::cached(std::span<const std::string> keys) {
  if (Status status = refresh(); !status.ok()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  Reading reading{{}, applied_.load(std::memory_order_relaxed)};
  reading.entries.reserve(keys.size());
  for (const std::string& key : keys) {
    const Known* entry = entries_.find(key);
    if (entry == nullptr) return std::nullopt;
    reading.entries.push_back((*entry)->revision == 0 ? nullptr : *entry);
  }
  if (engine_.known_revision() != reading.revision) return std::nullopt;
  hits_ += keys.size();
  return reading;
}

Result<CachedCatalogue::Reading> CachedCatalogue::get_many(std::span<const std::string> keys) {
  if (auto known = cached(keys)) return *std::move(known);
  auto snapshot = engine_.get_many(keys);
  if (!snapshot.ok()) return std::move(snapshot).error();
  Reading reading = shared(*std::move(snapshot));
  const std::lock_guard lock(mutex_);
  learn(keys, reading);
  return reading;
}

Result<Page> CachedCatalogue::scan(std::string_view prefix, std::string_view after, std::size_t limit) {
  auto page = engine_.scan(prefix, after, limit);
  if (!page.ok()) return page;
  const std::lock_guard lock(mutex_);
  if (!learns(page->revision)) return page;
  for (const Entry& entry : page->entries) put_copy(entry);
  return page;
}

Result<CachedCatalogue::Listing> CachedCatalogue::list(std::string_view prefix, std::string_view after,
                                                       std::size_t limit) {
  auto page = engine_.scan(prefix, after, limit);
  if (!page.ok()) return std::move(page).error();
  Listing listing{{}, page->revision, page->more};
  listing.entries.reserve(page->entries.size());
  for (Entry& entry : page->entries) {
    listing.entries.push_back(std::make_shared<const Entry>(std::move(entry)));
  }
  const std::lock_guard lock(mutex_);
  if (!learns(listing.revision)) return listing;
  entries_.expect(listing.entries.size());
  for (const Known& entry : listing.entries) put(entry->key, entry);
  return listing;
}

Result<Commit> CachedCatalogue::commit(const Transaction& transaction) {
  auto commit = engine_.commit(transaction);
  if (!commit.ok()) return commit;  // if it did happen, the history will tell
  if (commit->committed) {
    for (const Change& change : transaction.changes) tell(change.key);
  }
  const std::lock_guard lock(mutex_);
  if (!commit->committed) {
    if (!learns(commit->revision)) return commit;
    for (const Entry& entry : commit->current) put_copy(entry);
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
