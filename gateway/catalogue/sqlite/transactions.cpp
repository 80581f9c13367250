#include "gateway/catalogue/sqlite/transactions.hpp"

#include <algorithm>
#include <map>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/catalogue/records/records.hpp"
#include "gateway/catalogue/sqlite/tables.hpp"

namespace tandem::gateway::transactions {
namespace {

using Present = std::map<std::string, Entry>;  // the guarded keys that exist

// Adds the entry a condition is about, of a prefix the first one below it; its revision, 0 without one.
Result<Revision> look(Connection& connection, const Condition& condition, Present& present) {
  std::vector<Entry> found;
  if (condition.kind == Condition::Kind::empty_prefix) {
    auto page = tables::page(connection, condition.key, {}, 1);
    if (!page) return std::move(page).error();
    found = std::move(page->entries);
  } else {
    auto entry = tables::entry(connection, condition.key);
    if (!entry) return std::move(entry).error();
    if (entry->has_value()) found.push_back(std::move(**entry));
  }
  if (found.empty()) return Revision{0};
  const Revision revision = found.front().revision;
  present.insert_or_assign(found.front().key, std::move(found.front()));
  return revision;
}

bool holds(const Condition& condition, Revision found) {
  switch (condition.kind) {
    case Condition::Kind::at_revision:
      return found == condition.revision;
    case Condition::Kind::absent:
    case Condition::Kind::empty_prefix:
      return found == 0;
    case Condition::Kind::present:
      return found != 0;
  }
  return false;
}

Result<bool> session_lives(Connection& connection, SessionId session) {
  auto entry = tables::entry(connection, keys::session(session));
  if (!entry) return std::move(entry).error();
  return entry->has_value();
}

Result<bool> sessions_live(Connection& connection, const Transaction& transaction) {
  SessionId seen = 0;  // nearly always all keys belong to the same
  for (const Change& change : transaction.changes) {
    if (change.session == 0 || change.session == seen) continue;
    Result<bool> lives = session_lives(connection, change.session);
    if (!lives || !*lives) return lives;
    seen = change.session;
  }
  return true;
}

}  // namespace

Result<Commit> apply(Connection& connection, const Transaction& transaction, Revision revision) {
  bool all_hold = true;
  Present present;
  for (const Condition& condition : transaction.conditions) {
    const auto found = look(connection, condition, present);
    if (!found) return found.error();
    all_hold = all_hold && holds(condition, *found);
  }
  Result<bool> live = sessions_live(connection, transaction);
  if (!live) return std::move(live).error();
  if (!all_hold || !*live) {
    Commit conflict;
    for (auto& [key, entry] : present) conflict.current.push_back(std::move(entry));
    return conflict;
  }
  for (const Change& change : transaction.changes) {
    const bool is_put = change.kind == Change::Kind::put;
    Status status =
        is_put ? tables::put(connection, change, revision) : tables::erase(connection, change.key, revision);
    if (!status) return std::move(status).error();
  }
  return Commit{true, revision, {}};
}

Result<Commit> begin_session(Connection& connection, std::string_view about, WallTime since,
                             Revision revision) {
  const std::string record = encode(SessionRecord{std::string(about), since, {}});
  Status status = tables::put(connection, Change::put(keys::session(revision), record, revision), revision);
  if (!status) return std::move(status).error();
  return Commit{true, revision, {}};
}

Result<Commit> end_session(Connection& connection, SessionId session, Revision revision) {
  const std::string own_key = keys::session(session);
  auto doomed = tables::keys_of(connection, session, session_keys_at_once_max);
  if (!doomed) return std::move(doomed).error();
  Result<bool> lives = session_lives(connection, session);
  if (!lives) return std::move(lives).error();
  std::erase(*doomed, own_key);
  if (*lives) doomed->insert(doomed->begin(), own_key);
  if (doomed->empty()) return Commit{};
  for (const std::string& key : *doomed) {
    if (Status status = tables::erase(connection, key, revision); !status) return std::move(status).error();
  }
  return Commit{true, revision, {}};
}

}  // namespace tandem::gateway::transactions
