// The bare minimum that commits durably for several callers: SQLite with a write-ahead log, synced at each
// COMMIT, and callers that join one COMMIT. No gate, no log of changes, no revisions, no word to other
// processes.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "gateway/catalogue/catalogue.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace tandem::bench {

class BareSqlite {
 public:
  explicit BareSqlite(const std::string& path);
  ~BareSqlite();
  BareSqlite(const BareSqlite&) = delete;
  BareSqlite& operator=(const BareSqlite&) = delete;

  // Puts what is to be put if the keys that are to be absent are; durable on return.
  void commit(const gateway::Transaction& transaction);

 private:
  struct Request {
    const gateway::Transaction* transaction = nullptr;
    bool done = false;
  };
  void run(const char* text);
  void apply(const gateway::Transaction& transaction);
  void lead(std::unique_lock<std::mutex>& lock);

  sqlite3* database_ = nullptr;
  sqlite3_stmt* get_ = nullptr;
  sqlite3_stmt* put_ = nullptr;
  std::mutex mutex_;
  std::condition_variable answered_;
  std::deque<Request*> waiting_;
  bool led_ = false;
};

}  // namespace tandem::bench
