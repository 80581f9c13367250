#include "gateway/catalogue/sqlite/tables.hpp"

#include <algorithm>

#include "gateway/catalogue/sqlite/ascending_lookup.hpp"
#include "gateway/catalogue/sqlite/checked_rows.hpp"
#include "gateway/catalogue/sqlite/entry_sum.hpp"
#include "gateway/catalogue/sqlite/lookup.hpp"

namespace tandem::gateway::tables {
namespace {

constexpr std::string_view revision_name = "revision";
constexpr std::string_view log_floor_name = "log_floor";

Result<std::uint64_t> counter(Connection& connection, std::string_view name) {
  Query query(connection, Sql::read_counter);
  Result<bool> row = query.bind(name).step();
  if (!row) return std::move(row).error();
  if (!*row) return Error{Code::corrupt, "the catalogue's database lacks its counters"};
  const std::uint64_t value = query.number(0);
  if (query.number(1) == entry_sum::of_number(name, value)) return value;
  return connection.damage("counter " + std::string(name));
}

Status set_counter(Connection& connection, std::string_view name, std::uint64_t value) {
  return Query(connection, Sql::write_counter)
      .bind(name)
      .bind(value)
      .bind(entry_sum::of_number(name, value))
      .finish();
}

Status append_log(Connection& connection, std::string_view key, Revision revision) {
  return Query(connection, Sql::append_change)
      .bind(revision)
      .bind(key)
      .bind(entry_sum::of_number(key, revision))
      .finish();
}

constexpr std::size_t page_entries_at_first = 64;  // room for; many a page has few

struct LogEntry {
  std::uint64_t id = 0;
  Revision revision = 0;
};

// The first or the last entry of the log; id 0 when it is empty.
Result<LogEntry> log_end(Connection& connection, Sql which) {
  Query query(connection, which);
  Result<bool> row = query.step();
  if (!row) return std::move(row).error();
  return *row ? LogEntry{query.number(0), query.number(1)} : LogEntry{};
}

// As AscendingLookup wants them.
std::vector<std::size_t> in_key_order(std::span<const std::string> keys) {
  struct Place {
    std::uint64_t begin = 0;  // the key's first bytes: most comparisons end there
    std::size_t index = 0;
  };
  std::vector<Place> places(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    places[i].index = i;
    for (std::size_t byte = 0; byte < sizeof(places[i].begin); ++byte) {
      const auto next = byte < keys[i].size() ? static_cast<unsigned char>(keys[i][byte]) : 0U;
      places[i].begin = places[i].begin << 8U | next;
    }
  }
  const auto comes_before = [&](const Place& a, const Place& b) {
    return a.begin != b.begin ? a.begin < b.begin : keys[a.index] < keys[b.index];
  };
  // What was made in the order of its names is in order already.
  if (!std::ranges::is_sorted(places, comes_before)) std::ranges::sort(places, comes_before);
  std::vector<std::size_t> order(places.size());
  std::ranges::transform(places, order.begin(), &Place::index);
  return order;
}

// Called while the transaction or the statement that read the rest is still open.
Result<Snapshot> at_revision(Connection& connection, Snapshot snapshot, const RevisionOf& revision_of) {
  const auto current = revision_of(connection);
  if (!current) return current.error();
  snapshot.revision = *current;
  return snapshot;
}

}  // namespace

Result<Revision> revision(Connection& connection) {
  return counter(connection, revision_name);
}

Status set_revision(Connection& connection, Revision revision) {
  return set_counter(connection, revision_name, revision);
}

Result<std::optional<Entry>> entry(Connection& connection, std::string_view key) {
  return Lookup(connection).find(key);
}

Result<Snapshot> entries(Connection& connection, std::span<const std::string> keys,
                         const RevisionOf& revision_of) {
  // One alone has no neighbours to step to, and its statement is snapshot enough.
  if (keys.size() == 1) {
    const NextKey none = [](const Entry*) -> std::optional<std::string> { return {}; };
    return chain(connection, keys.front(), none, revision_of);
  }
  Snapshot snapshot{std::vector<std::optional<Entry>>(keys.size()), 0};
  const ReadTransaction transaction(connection);
  if (!transaction.status()) return transaction.status().error();
  AscendingLookup lookup(connection);
  for (const std::size_t index : in_key_order(keys)) {
    auto found = lookup.find(keys[index]);
    if (!found) return std::move(found).error();
    snapshot.entries[index] = std::move(found).value();
  }
  return at_revision(connection, std::move(snapshot), revision_of);
}

Result<Snapshot> chain(Connection& connection, std::string first, const NextKey& next,
                       const RevisionOf& revision_of) {
  Snapshot snapshot;
  Lookup lookup(connection);
  for (std::optional key = std::move(first); key && snapshot.entries.size() < Catalogue::chain_max;) {
    auto found = lookup.find(*key);
    if (!found) return std::move(found).error();
    const auto& entry = snapshot.entries.emplace_back(std::move(found).value());
    key = next(entry ? &*entry : nullptr);
  }
  return at_revision(connection, std::move(snapshot), revision_of);
}

Result<Page> page(Connection& connection, std::string_view prefix, std::string_view after,
                  std::size_t limit) {
  auto current = revision(connection);
  if (!current) return std::move(current).error();
  Page page{{}, *current, false};
  limit = std::min(limit, page_entries_max);
  const bool from_start = after < prefix;
  const std::string_view start = from_start ? prefix : after;
  if (Status status = checked_rows::check_start(connection, start); !status) return std::move(status).error();
  page.entries.reserve(std::min(limit, page_entries_at_first));
  Query query(connection, from_start ? Sql::read_from : Sql::read_behind);
  query.bind(start).bind(std::uint64_t{limit} + 1);
  while (true) {
    Result<bool> row = query.step();
    if (!row) return std::move(row).error();
    if (!*row) return page;
    auto entry = checked_rows::entry(connection, query);  // also of the first behind the prefix
    if (!entry) return std::move(entry).error();
    if (!entry->key.starts_with(prefix)) return page;
    page.more = page.entries.size() == limit;
    if (page.more) return page;
    page.entries.push_back(std::move(entry).value());
  }
}

Result<History> history(Connection& connection, Revision since) {
  auto current = revision(connection);
  if (!current) return std::move(current).error();
  History history{{}, *current, false};
  if (since == *current) return history;
  auto floor = counter(connection, log_floor_name);
  if (!floor) return std::move(floor).error();
  history.reset = since < *floor || since > *current;
  if (history.reset) return history;
  Query query(connection, Sql::changes_backwards);
  std::uint64_t id_before = 0;
  while (true) {
    Result<bool> row = query.step();
    if (!row) return std::move(row).error();
    if (!*row) break;
    const Revision revision = query.number(1);
    const bool follows = id_before == 0 || query.number(0) + 1 == id_before;
    if (!follows || query.number(3) != entry_sum::of_number(query.bytes(2), revision)) {
      return History{{}, *current, true};
    }
    if (revision <= since) break;
    id_before = query.number(0);
    history.keys.emplace_back(query.bytes(2));
  }
  std::ranges::reverse(history.keys);
  return history;
}

Status put(Connection& connection, const Change& change, Revision revision) {
  Query query(connection, Sql::put);
  const std::uint64_t sum = entry_sum::of_entry(change.key, change.value, revision, change.session);
  Status status =
      query.bind(change.key).bind(change.value).bind(revision).bind(change.session).bind(sum).finish();
  return status ? append_log(connection, change.key, revision) : status;
}

Status erase(Connection& connection, std::string_view key, Revision revision) {
  auto present = entry(connection, key);
  if (!present) return std::move(present).error();
  if (!*present) return success();
  Status status = Query(connection, Sql::erase).bind(key).finish();
  return status ? append_log(connection, key, revision) : status;
}

Status prune_log(Connection& connection) {
  auto first = log_end(connection, Sql::first_change);
  if (!first) return std::move(first).error();
  auto last = log_end(connection, Sql::last_change);
  if (!last) return std::move(last).error();
  if (last->id < first->id + log_entries_max) return success();
  const std::uint64_t up_to = std::min(last->id - log_entries_max, first->id + pruned_at_once_max - 1);
  Status status = Query(connection, Sql::prune_changes).bind(up_to).finish();
  if (!status) return status;
  // Entries of the oldest revision that is left may be among the pruned.
  auto oldest = log_end(connection, Sql::first_change);
  if (!oldest) return std::move(oldest).error();
  return set_counter(connection, log_floor_name, oldest->revision);
}

Status forget_log(Connection& connection, Revision revision) {
  if (Status status = connection.run("DELETE FROM changes"); !status) return status;
  if (Status status = set_revision(connection, revision); !status) return status;
  return set_counter(connection, log_floor_name, revision);
}

Result<std::vector<SessionId>> sessions(Connection& connection) {
  std::vector<SessionId> found;
  SessionId last = 0;
  while (true) {
    Query query(connection, Sql::next_session);
    Result<bool> row = query.bind(last).step();
    if (!row) return std::move(row).error();
    last = *row ? query.number(0) : 0;  // min() of nothing is NULL and reads as 0
    if (last == 0) return found;
    found.push_back(last);
  }
}

Result<std::vector<std::string>> keys_of(Connection& connection, SessionId session, std::size_t limit) {
  std::vector<std::string> keys;
  Query query(connection, Sql::keys_of_session);
  query.bind(session).bind(std::uint64_t{limit});
  while (true) {
    Result<bool> row = query.step();
    if (!row) return std::move(row).error();
    if (!*row) return keys;
    keys.emplace_back(query.bytes(0));
  }
}

}  // namespace tandem::gateway::tables
