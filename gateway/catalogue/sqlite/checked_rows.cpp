#include "gateway/catalogue/sqlite/checked_rows.hpp"

#include "gateway/catalogue/records/describe.hpp"
#include "gateway/catalogue/sqlite/entry_sum.hpp"

namespace tandem::gateway::checked_rows {
namespace {

Status check_rows(Connection& connection, Query& query) {
  while (true) {
    Result<bool> row = query.step();
    if (!row) return std::move(row).error();
    if (!*row) return success();
    if (const auto read = entry(connection, query); !read) return read.error();
  }
}

}  // namespace

Result<Entry> entry(Connection& connection, const Query& row) {
  Entry entry{std::string(row.bytes(0)), std::string(row.bytes(1)), row.number(2), row.number(3)};
  if (row.number(4) == entry_sum::of_entry(entry.key, entry.value, entry.revision, entry.session))
    return entry;
  return connection.damage("entry " + describe_key(entry.key));
}

Status check_start(Connection& connection, std::string_view key) {
  return check_rows(connection, Query(connection, Sql::read_back).bind(key));
}

Status check_gap(Connection& connection, std::string_view key) {
  return check_rows(connection, Query(connection, Sql::read_around).bind(key));
}

Status check_all(Connection& connection) {
  Query entries(connection, Sql::first_damaged_entry);
  if (Status status = check_rows(connection, entries); !status) return status;
  Query counters(connection, Sql::first_damaged_counter);
  Result<bool> damaged = counters.step();
  if (!damaged) return std::move(damaged).error();
  return *damaged ? Status(connection.damage("counter " + std::string(counters.bytes(0)))) : success();
}

}  // namespace tandem::gateway::checked_rows
