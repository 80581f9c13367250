#include "tests/support/memory_catalogue/memory_catalogue.hpp"

#include <algorithm>
#include <set>

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::support {

using gateway::Change;
using gateway::Commit;
using gateway::Condition;
using gateway::Entry;
using gateway::Event;
using gateway::History;
using gateway::Transaction;

MemoryCatalogue::MemoryCatalogue(Runtime& runtime, Epoch epoch, std::size_t history_max)
    : runtime_(runtime),
      history_max_(history_max),
      delivered_(runtime.make_signal()),
      log_floor_(Revision{epoch} << epoch_shift),
      revision_(log_floor_) {}

std::unique_ptr<MemoryClient> MemoryCatalogue::connect(CatalogueHooks hooks) {
  return std::make_unique<MemoryClient>(*this, std::move(hooks));
}

std::vector<Entry> MemoryCatalogue::entries() const {
  const std::lock_guard lock(mutex_);
  std::vector<Entry> all;
  for (const auto& [key, entry] : entries_) all.push_back(entry);
  return all;
}

Revision MemoryCatalogue::revision() const {
  const std::lock_guard lock(mutex_);
  return revision_;
}

std::optional<Entry> MemoryCatalogue::find(std::string_view key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? std::nullopt : std::optional(found->second);
}

bool MemoryCatalogue::holds(const Condition& condition) const {
  switch (condition.kind) {
    case Condition::Kind::at_revision: {
      const auto found = entries_.find(condition.key);
      return (found == entries_.end() ? 0 : found->second.revision) == condition.revision;
    }
    case Condition::Kind::absent:
      return !entries_.contains(condition.key);
    case Condition::Kind::present:
      return entries_.contains(condition.key);
    case Condition::Kind::empty_prefix: {
      const auto next = entries_.lower_bound(condition.key);
      return next == entries_.end() || !next->first.starts_with(condition.key);
    }
  }
  return false;
}

std::vector<Entry> MemoryCatalogue::guarded(const Transaction& transaction) const {
  std::map<std::string, Entry> present;
  for (const Condition& condition : transaction.conditions) {
    auto found = entries_.lower_bound(condition.key);
    if (found == entries_.end()) continue;
    const bool is_prefix = condition.kind == Condition::Kind::empty_prefix;
    if (is_prefix ? found->first.starts_with(condition.key) : found->first == condition.key) {
      present.emplace(found->first, found->second);
    }
  }
  std::vector<Entry> entries;
  entries.reserve(present.size());
  for (auto& [key, entry] : present) entries.push_back(std::move(entry));
  return entries;
}

void MemoryCatalogue::record(Revision revision, const std::string& key, Event::Kind kind) {
  log_.push_back({revision, key});
  if (log_.size() > history_max_) {
    log_floor_ = log_.front().revision;
    log_.pop_front();
  }
  for (const auto& watcher : watchers_) {
    if (!key.starts_with(watcher->prefix)) continue;
    Entry entry = find(key).value_or(Entry{key, {}, revision, 0});
    deliveries_.push_back({watcher, Event{kind, std::move(entry)}});
  }
}

void MemoryCatalogue::apply(const Change& change, Revision revision) {
  if (change.kind == Change::Kind::put) {
    entries_[change.key] = Entry{change.key, change.value, revision, change.session};
    record(revision, change.key, Event::Kind::put);
  } else if (entries_.erase(change.key) == 1) {
    record(revision, change.key, Event::Kind::erase);
  }
}

Commit MemoryCatalogue::commit_locked(const Transaction& transaction) {
  const bool conditions_hold =
      std::ranges::all_of(transaction.conditions, [this](const Condition& c) { return holds(c); });
  const bool sessions_live = std::ranges::all_of(transaction.changes, [this](const Change& change) {
    return change.session == 0 || entries_.contains(gateway::keys::session(change.session));
  });
  if (!conditions_hold || !sessions_live) return Commit{false, revision_, guarded(transaction)};
  ++revision_;
  for (const Change& change : transaction.changes) apply(change, revision_);
  return Commit{true, revision_, {}};
}

History MemoryCatalogue::history_locked(Revision since) const {
  if (since < log_floor_ || since > revision_) return History{{}, revision_, true};
  History history{{}, revision_, false};
  const auto behind = std::ranges::upper_bound(log_, since, {}, &Logged::revision);
  for (auto logged = behind; logged != log_.end(); ++logged) history.keys.push_back(logged->key);
  return history;
}

void MemoryCatalogue::queue_past(const std::shared_ptr<Watcher>& watcher, Revision after) {
  if (after < log_floor_ || after > revision_) {
    deliveries_.push_back({watcher, Event{Event::Kind::reset, Entry{{}, {}, revision_, 0}}});
    return;
  }
  std::set<std::string_view> later;  // only the last change of a key is still known
  std::deque<Delivery> past;
  for (auto logged = log_.rbegin(); logged != log_.rend() && logged->revision > after; ++logged) {
    if (!logged->key.starts_with(watcher->prefix) || !later.insert(logged->key).second) continue;
    auto entry = find(logged->key);
    const auto kind = entry ? Event::Kind::put : Event::Kind::erase;
    past.push_front({watcher, Event{kind, entry.value_or(Entry{logged->key, {}, logged->revision, 0})}});
  }
  std::ranges::move(past, std::back_inserter(deliveries_));
}

void MemoryCatalogue::end_locked(SessionId session) {
  std::vector<std::string> doomed;
  const std::string key = gateway::keys::session(session);
  for (const auto& [name, entry] : entries_) {
    if (entry.session == session || name == key) doomed.push_back(name);
  }
  if (!doomed.empty()) ++revision_;
  for (const std::string& name : doomed) apply(Change::erase(name), revision_);
  sessions_.erase(session);
}

void MemoryCatalogue::deliver() {
  std::unique_lock lock(mutex_);
  if (delivering_) return;  // whoever delivers goes on until the queue is empty
  delivering_ = true;
  while (!deliveries_.empty()) {
    const Delivery next = std::move(deliveries_.front());
    deliveries_.pop_front();
    if (next.watcher->ended) continue;
    next.watcher->called = true;
    lock.unlock();
    next.watcher->callback(next.event);
    lock.lock();
    next.watcher->called = false;
    delivered_->notify_all();
  }
  delivering_ = false;
}

}  // namespace tandem::support
