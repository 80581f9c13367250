#include "bench/catalogue/bare_reads.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <vector>

#include "bench/catalogue/rows.hpp"
#include "gateway/catalogue/records/keys.hpp"

namespace tandem::bench {

namespace keys = gateway::keys;

namespace {

void bind_bytes(sqlite3_stmt* statement, int at, const std::string& bytes) {
  sqlite3_bind_blob64(statement, at, bytes.data(), bytes.size(), SQLITE_STATIC);
}

std::string_view column(sqlite3_stmt* statement) {
  const void* bytes = sqlite3_column_blob(statement, 0);
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement, 0))};
}

// A name's value begins with the id it leads to.
ObjectId id_in(std::string_view value) {
  ObjectId id;
  if (value.size() < id.bytes.size()) fail({Code::corrupt, "a name leads nowhere"});
  std::copy_n(value.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

}  // namespace

BareReads::BareReads(const std::string& path) {
  if (sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) !=
      SQLITE_OK) {
    fail({Code::unavailable, "no database", path});
  }
  sqlite3_exec(database_, "PRAGMA cache_size = -4096; PRAGMA query_only = 1", nullptr, nullptr, nullptr);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  const auto prepare = [this](const char* text, sqlite3_stmt** statement) {
    if (sqlite3_prepare_v2(database_, text, -1, statement, nullptr) == SQLITE_OK) return;
    fail({Code::unavailable, sqlite3_errmsg(database_)});
  };
  prepare("BEGIN", &begin_);
  prepare("COMMIT", &end_);
  prepare("SELECT v FROM entries WHERE k = ?1", &get_);
  prepare("SELECT v FROM entries WHERE k > ?1 AND k < ?2 ORDER BY k", &names_);
}

BareReads::~BareReads() {
  for (sqlite3_stmt* statement : {begin_, end_, get_, names_}) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

void BareReads::run(sqlite3_stmt* statement) {
  sqlite3_step(statement);
  if (sqlite3_reset(statement) != SQLITE_OK) fail({Code::unavailable, sqlite3_errmsg(database_)});
}

// Valid until the next call.
std::string_view BareReads::get(const std::string& key) {
  sqlite3_reset(get_);
  bind_bytes(get_, 1, key);
  return sqlite3_step(get_) == SQLITE_ROW ? column(get_) : std::string_view();
}

void BareReads::follow(std::string_view path) {
  run(begin_);
  ObjectId id = root_directory;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view name = path.substr(0, path.find('/'));
    id = id_in(get(keys::name(id, name)));
    path.remove_prefix(name.size());
  }
  if (get(keys::record(id)).empty()) fail({Code::corrupt, "a record is missing"});
  if (!get(keys::intent(id)).empty()) fail({Code::corrupt, "there is an intent"});
  sqlite3_reset(get_);
  run(end_);
}

std::size_t BareReads::list(const ObjectId& directory) {
  run(begin_);
  std::vector<ObjectId> ids;
  const std::string first = keys::names_of(directory);
  std::string behind = first;
  ++behind.back();
  bind_bytes(names_, 1, first);
  bind_bytes(names_, 2, behind);
  while (sqlite3_step(names_) == SQLITE_ROW) ids.push_back(id_in(column(names_)));
  sqlite3_reset(names_);
  std::size_t found = 0;
  for (const ObjectId& id : ids) found += get(keys::record(id)).empty() ? 0U : 1U;
  sqlite3_reset(get_);
  run(end_);
  return found;
}

}  // namespace tandem::bench
