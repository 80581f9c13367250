#include "gateway/catalogue/sqlite/schema.hpp"

#include "gateway/catalogue/sqlite/tables.hpp"

namespace tandem::gateway::schema {
namespace {

constexpr int oldest_version = 1;

std::string definition() {
  return "CREATE TABLE entries(k BLOB NOT NULL PRIMARY KEY, v BLOB NOT NULL, rev INTEGER NOT NULL,"
         " sess INTEGER NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;"
         "CREATE INDEX entries_session ON entries(sess) WHERE sess <> 0;"
         "CREATE TABLE changes(id INTEGER PRIMARY KEY, rev INTEGER NOT NULL, k BLOB NOT NULL,"
         " sum INTEGER NOT NULL);"
         "CREATE TABLE counters(k BLOB NOT NULL PRIMARY KEY, v INTEGER NOT NULL, sum INTEGER NOT NULL)"
         " WITHOUT ROWID;"
         "PRAGMA application_id = " +
         std::to_string(application_id) + ";PRAGMA user_version = " + std::to_string(version) + ";";
}

constexpr const char* copy_of_version_1 =
    "INSERT INTO entries SELECT k, v, rev, sess, entry_sum(k, v, rev, sess) FROM kv ORDER BY k;"
    "INSERT INTO changes SELECT id, rev, k, number_sum(k, rev) FROM log ORDER BY id;"
    "INSERT INTO counters SELECT k, v, number_sum(k, v) FROM meta;"
    "DROP TABLE kv; DROP TABLE log; DROP TABLE meta;";

}  // namespace

Status create(Connection& connection) {
  if (Status status = connection.run(definition()); !status) return status;
  return tables::forget_log(connection, Revision{1} << epoch_shift);
}

Result<int> version_of(Connection& connection) {
  const auto application = connection.number("PRAGMA application_id");
  if (!application) return application.error();
  if (*application != application_id) return Error{Code::corrupt, "the file is not a catalogue of tandem's"};
  const auto found = connection.number("PRAGMA user_version");
  if (!found) return found.error();
  if (*found > version) {
    return Error{Code::unsupported, "the catalogue was written by a newer tandem"}.hint(
        "upgrade this program");
  }
  if (*found < oldest_version) return Error{Code::corrupt, "the catalogue's tables are of no known version"};
  return static_cast<int>(*found);
}

Status upgrade(Connection& connection) {
  if (Status status = connection.run(Sql::begin_write); !status) return status;
  const auto found = version_of(connection);
  Status made = found ? success() : Status(found.error());
  if (found && *found < version) made = connection.run(definition() + copy_of_version_1);
  if (made) return connection.run(Sql::commit);
  static_cast<void>(connection.run(Sql::rollback).ok());  // what went wrong before is what is told
  return made;
}

}  // namespace tandem::gateway::schema
