// The bare minimum that reads a catalogue's database: SQLite's prepared statements in a read transaction.
// What is found is neither checked nor decoded nor kept.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/contract/identifiers.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace tandem::bench {

class BareReads {
 public:
  explicit BareReads(const std::string& path);
  ~BareReads();
  BareReads(const BareReads&) = delete;
  BareReads& operator=(const BareReads&) = delete;

  // What following a path to a file reads: its names, the record, and whether there is an intent.
  void follow(std::string_view path);
  // What a listing reads: the names of a directory, then each record. How many there are.
  std::size_t list(const ObjectId& directory);

 private:
  std::string_view get(const std::string& key);
  void run(sqlite3_stmt* statement);

  sqlite3* database_ = nullptr;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* end_ = nullptr;
  sqlite3_stmt* get_ = nullptr;
  sqlite3_stmt* names_ = nullptr;
};

}  // namespace tandem::bench
