#include "gateway/catalogue/sqlite/tables.hpp"

#include <algorithm>

namespace tandem::gateway::tables {
namespace {

constexpr std::string_view revision_name = "revision";
constexpr std::string_view log_floor_name = "log_floor";

Entry entry_of(const Query& row) {
  return Entry{std::string(row.bytes(0)), std::string(row.bytes(1)), row.number(2), row.number(3)};
}

Result<std::uint64_t> meta(Connection& connection, std::string_view name) {
  Query query(connection, Sql::read_meta);
  Result<bool> row = query.bind(name).step();
  if (!row) return std::move(row).error();
  if (!*row) return Error{Code::corrupt, "the catalogue's database lacks its counters"};
  return query.number(0);
}

Status set_meta(Connection& connection, std::string_view name, std::uint64_t value) {
  return Query(connection, Sql::write_meta).bind(name).bind(value).finish();
}

Status append_log(Connection& connection, std::string_view key, Revision revision) {
  return Query(connection, Sql::append_log).bind(revision).bind(key).finish();
}

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

}  // namespace

Status create(Connection& connection) {
  Status status = connection.run(
      "CREATE TABLE kv(k BLOB NOT NULL PRIMARY KEY, v BLOB NOT NULL, rev INTEGER NOT NULL,"
      " sess INTEGER NOT NULL) WITHOUT ROWID;"
      "CREATE INDEX kv_session ON kv(sess) WHERE sess <> 0;"
      "CREATE TABLE log(id INTEGER PRIMARY KEY, rev INTEGER NOT NULL, k BLOB NOT NULL);"
      "CREATE TABLE meta(k BLOB NOT NULL PRIMARY KEY, v INTEGER NOT NULL) WITHOUT ROWID;"
      "PRAGMA application_id = " +
      std::to_string(application_id) +
      ";"
      "PRAGMA user_version = " +
      std::to_string(schema_version) + ";");
  if (!status) return status;
  constexpr Revision start = Revision{1} << epoch_shift;
  if (status = set_meta(connection, revision_name, start); !status) return status;
  return set_meta(connection, log_floor_name, start);
}

Status check(Connection& connection) {
  auto application = connection.number("PRAGMA application_id");
  if (!application) return std::move(application).error();
  if (*application != application_id) return Error{Code::corrupt, "the file is not a catalogue of tandem's"};
  auto version = connection.number("PRAGMA user_version");
  if (!version) return std::move(version).error();
  if (*version > schema_version) {
    return Error{
        Code::unsupported, "the catalogue was written by a newer tandem", {}, {}, "upgrade this program"};
  }
  auto current = revision(connection);
  if (!current) return std::move(current).error();
  return success();
}

Result<Revision> revision(Connection& connection) {
  return meta(connection, revision_name);
}

Status set_revision(Connection& connection, Revision revision) {
  return set_meta(connection, revision_name, revision);
}

Result<std::optional<Entry>> entry(Connection& connection, std::string_view key) {
  Query query(connection, Sql::read_entry);
  Result<bool> row = query.bind(key).step();
  if (!row) return std::move(row).error();
  return *row ? std::optional(entry_of(query)) : std::nullopt;
}

Result<Snapshot> entry_and_revision(Connection& connection, std::string_view key) {
  Query query(connection, Sql::read_entry_and_revision);
  Result<bool> row = query.bind(key).bind(revision_name).step();
  if (!row) return std::move(row).error();
  if (!*row) return Error{Code::corrupt, "the catalogue's database lacks its counters"};
  Snapshot snapshot{{}, query.number(4)};
  snapshot.entries.push_back(query.is_null(0) ? std::nullopt : std::optional(entry_of(query)));
  return snapshot;
}

Result<Page> page(Connection& connection, std::string_view prefix, std::string_view after,
                  std::size_t limit) {
  auto current = revision(connection);
  if (!current) return std::move(current).error();
  Page page{{}, *current, false};
  limit = std::min(limit, page_entries_max);
  const bool from_start = after < prefix;
  Query query(connection, from_start ? Sql::read_from : Sql::read_behind);
  query.bind(from_start ? prefix : after).bind(std::uint64_t{limit} + 1);
  while (true) {
    Result<bool> row = query.step();
    if (!row) return std::move(row).error();
    if (!*row || !query.bytes(0).starts_with(prefix)) return page;
    page.more = page.entries.size() == limit;
    if (page.more) return page;
    page.entries.push_back(entry_of(query));
  }
}

Result<History> history(Connection& connection, Revision since) {
  auto current = revision(connection);
  if (!current) return std::move(current).error();
  History history{{}, *current, false};
  if (since == *current) return history;
  auto floor = meta(connection, log_floor_name);
  if (!floor) return std::move(floor).error();
  history.reset = since < *floor || since > *current;
  if (history.reset) return history;
  Query query(connection, Sql::log_backwards);
  while (true) {
    Result<bool> row = query.step();
    if (!row) return std::move(row).error();
    if (!*row || query.number(0) <= since) break;
    history.keys.emplace_back(query.bytes(1));
  }
  std::ranges::reverse(history.keys);
  return history;
}

Status put(Connection& connection, const Change& change, Revision revision) {
  Query query(connection, Sql::put);
  Status status = query.bind(change.key).bind(change.value).bind(revision).bind(change.session).finish();
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
  auto first = log_end(connection, Sql::first_log);
  if (!first) return std::move(first).error();
  auto last = log_end(connection, Sql::last_log);
  if (!last) return std::move(last).error();
  if (last->id < first->id + log_entries_max) return success();
  const std::uint64_t up_to = std::min(last->id - log_entries_max, first->id + pruned_at_once_max - 1);
  Status status = Query(connection, Sql::prune_log).bind(up_to).finish();
  if (!status) return status;
  // Entries of the oldest revision that is left may be among the pruned.
  auto oldest = log_end(connection, Sql::first_log);
  if (!oldest) return std::move(oldest).error();
  return set_meta(connection, log_floor_name, oldest->revision);
}

Status forget_log(Connection& connection, Revision revision) {
  if (Status status = connection.run("DELETE FROM log"); !status) return status;
  if (Status status = set_revision(connection, revision); !status) return status;
  return set_meta(connection, log_floor_name, revision);
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
