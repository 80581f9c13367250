// SQLite behind RAII and Result: one connection with its prepared statements. Used by one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/contract/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace tandem::gateway {

// Every statement the engine uses, prepared once per connection; the texts are in connection.cpp.
enum class Sql : std::uint8_t {
  begin_read,
  begin_write,
  commit,
  rollback,
  read_counter,
  write_counter,
  look_up,
  read_from,
  read_behind,
  read_back,
  read_around,
  put,
  erase,
  last_change,
  first_change,
  changes_backwards,
  append_change,
  prune_changes,
  first_damaged_entry,
  first_damaged_counter,
  next_session,
  keys_of_session,
  number_of_statements,
};

class Connection {
 public:
  enum class Use : std::uint8_t { read, write };
  // The file must exist.
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Use use);
  // For making a new database: the file is created.
  static Result<std::unique_ptr<Connection>> create(const std::string& path);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Any text without parameters.
  Status run(const std::string& text);
  Result<std::int64_t> number(const std::string& text);  // the first column of its first row
  Status run(Sql statement);

  // Reads everything; `corrupt` when a page or an index is not as it should be.
  Status check_pages();

  bool in_transaction() const;
  // Pages in the log since it last started anew, as of the last COMMIT here. Only with Use::write.
  int wal_pages() const { return wal_pages_; }
  // Only holding the gate.
  Status checkpoint();
  // The same, and the log is empty afterwards unless somebody reads from it just now. Waits for nobody.
  Status empty_log();
  // What a result of SQLite's means here; code `corrupt`, `no_space` or `unavailable`.
  Error failure(std::string what, int result) const;
  // `corrupt`: what was read does not match its checksum.
  Error damage(const std::string& what) const;

  sqlite3* handle() { return database_; }

 private:
  friend class Query;
  Connection(std::string path, sqlite3* database) : path_(std::move(path)), database_(database) {}
  static Result<std::unique_ptr<Connection>> open_with(const std::string& path, int flags);
  Status configure(Use use);
  Result<sqlite3_stmt*> prepared(Sql statement);

  const std::string path_;
  sqlite3* const database_;
  int wal_pages_ = 0;
  std::array<sqlite3_stmt*, static_cast<std::size_t>(Sql::number_of_statements)> statements_{};
};

// One use of a prepared statement: bind, step, read. What it returned is valid until the next step. The
// bytes bound must live as long as the Query.
class Query {
 public:
  Query(Connection& connection, Sql statement);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& bind(std::string_view bytes);
  Query& bind(std::uint64_t number);
  Query& bind(const void* object, const char* type);  // as sqlite3_bind_pointer() has it
  Result<bool> step();                                // true: there is a row
  Status finish();                                    // a statement without rows
  std::string_view bytes(int column) const;
  std::uint64_t number(int column) const;
  bool is_null(int column) const;

 private:
  Connection& connection_;
  sqlite3_stmt* statement_ = nullptr;
  Status state_ = success();
  int next_parameter_ = 1;
};

}  // namespace tandem::gateway
