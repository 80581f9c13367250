#include "bench/catalogue/bare_sqlite.hpp"

#include <sqlite3.h>

#include "bench/catalogue/rows.hpp"

namespace tandem::bench {
namespace {

constexpr std::size_t group_max = 256;

void bind(sqlite3_stmt* statement, int at, const std::string& bytes) {
  sqlite3_bind_blob64(statement, at, bytes.data(), bytes.size(), SQLITE_STATIC);
}

}  // namespace

BareSqlite::BareSqlite(const std::string& path) {
  if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK) fail({Code::unavailable, "no database", path});
  run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
      "CREATE TABLE kv(k BLOB NOT NULL PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID");
  sqlite3_prepare_v2(database_, "SELECT 1 FROM kv WHERE k = ?1", -1, &get_, nullptr);
  sqlite3_prepare_v2(database_, "INSERT OR REPLACE INTO kv(k, v) VALUES(?1, ?2)", -1, &put_, nullptr);
}

BareSqlite::~BareSqlite() {
  sqlite3_finalize(get_);
  sqlite3_finalize(put_);
  sqlite3_close(database_);
}

void BareSqlite::run(const char* text) {
  if (sqlite3_exec(database_, text, nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail({Code::unavailable, sqlite3_errmsg(database_)});
  }
}

void BareSqlite::apply(const gateway::Transaction& transaction) {
  for (const gateway::Condition& condition : transaction.conditions) {
    bind(get_, 1, condition.key);
    const bool absent = sqlite3_step(get_) == SQLITE_DONE;
    sqlite3_reset(get_);
    if (!absent) return;
  }
  for (const gateway::Change& change : transaction.changes) {
    bind(put_, 1, change.key);
    bind(put_, 2, change.value);
    if (sqlite3_step(put_) != SQLITE_DONE) fail({Code::unavailable, sqlite3_errmsg(database_)});
    sqlite3_reset(put_);
  }
}

void BareSqlite::lead(std::unique_lock<std::mutex>& lock) {
  led_ = true;
  std::deque<Request*> group;
  while (!waiting_.empty() && group.size() < group_max) {
    group.push_back(waiting_.front());
    waiting_.pop_front();
  }
  lock.unlock();
  run("BEGIN IMMEDIATE");
  for (const Request* request : group) apply(*request->transaction);
  run("COMMIT");
  lock.lock();
  for (Request* request : group) request->done = true;
  led_ = false;
  answered_.notify_all();
}

void BareSqlite::commit(const gateway::Transaction& transaction) {
  Request request{&transaction};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&request);
  while (!request.done) {
    if (led_) {
      answered_.wait(lock);
    } else {
      lead(lock);
    }
  }
}

}  // namespace tandem::bench
