#include "gateway/catalogue/sqlite/connection.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

#include "gateway/catalogue/sqlite/entry_sum.hpp"
#include "gateway/catalogue/sqlite/wanted_key.hpp"

namespace tandem::gateway {
namespace {

constexpr int busy_timeout_ms = 2000;  // only programs that bypass the gate are ever waited for

constexpr std::array<const char*, static_cast<std::size_t>(Sql::number_of_statements)> texts = {
    "BEGIN",
    "BEGIN IMMEDIATE",
    "COMMIT",
    "ROLLBACK",
    "SELECT v, sum FROM counters WHERE k = ?1",
    "INSERT INTO counters(k, v, sum) VALUES(?1, ?2, ?3)"
    " ON CONFLICT(k) DO UPDATE SET v = excluded.v, sum = excluded.sum",
    "SELECT e.k, e.v, e.rev, e.sess, e.sum FROM wanted(?1) AS w LEFT JOIN entries AS e ON e.k = w.k",
    "SELECT k, v, rev, sess, sum FROM entries WHERE k >= ?1 ORDER BY k LIMIT ?2",
    "SELECT k, v, rev, sess, sum FROM entries WHERE k > ?1 ORDER BY k LIMIT ?2",
    "SELECT k, v, rev, sess, sum FROM entries WHERE k <= ?1 ORDER BY k DESC LIMIT 1",
    "SELECT * FROM (SELECT k, v, rev, sess, sum FROM entries WHERE k < ?1 ORDER BY k DESC LIMIT 1)"
    " UNION ALL"
    " SELECT * FROM (SELECT k, v, rev, sess, sum FROM entries WHERE k > ?1 ORDER BY k LIMIT 1)",
    "INSERT INTO entries(k, v, rev, sess, sum) VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(k)"
    " DO UPDATE SET v = excluded.v, rev = excluded.rev, sess = excluded.sess, sum = excluded.sum",
    "DELETE FROM entries WHERE k = ?1",
    "SELECT id, rev FROM changes ORDER BY id DESC LIMIT 1",
    "SELECT id, rev FROM changes ORDER BY id LIMIT 1",
    "SELECT id, rev, k, sum FROM changes ORDER BY id DESC",
    "INSERT INTO changes(rev, k, sum) VALUES(?1, ?2, ?3)",
    "DELETE FROM changes WHERE id <= ?1",
    "SELECT k, v, rev, sess, sum FROM entries WHERE sum IS NOT entry_sum(k, v, rev, sess) LIMIT 1",
    "SELECT k FROM counters WHERE sum IS NOT number_sum(k, v) LIMIT 1",
    "SELECT min(sess) FROM entries WHERE sess <> 0 AND sess > ?1",
    "SELECT k FROM entries WHERE sess <> 0 AND sess = ?1 LIMIT ?2",
};

Code code_of(int result, int system_error) {
  switch (result & 0xff) {
    case SQLITE_FULL:
      return Code::no_space;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Code::corrupt;
    default:
      return system_error == ENOSPC || system_error == EDQUOT ? Code::no_space : Code::unavailable;
  }
}

int remember_wal_pages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

Error Connection::damage(const std::string& what) const {
  return Error{Code::corrupt,
               "the catalogue is damaged: its " + what + " does not match its checksum",
               path_,
               {},
               "restore a backup with 'tandem catalogue restore'"};
}

Error Connection::failure(std::string what, int result) const {
  const bool is_io = (result & 0xff) == SQLITE_IOERR || (result & 0xff) == SQLITE_CANTOPEN;
  const int system_error = is_io ? sqlite3_system_errno(database_) : 0;
  Error error{code_of(result, system_error), std::move(what) + ": " + sqlite3_errstr(result), path_};
  if (system_error != 0) error.cause += std::string(" (") + std::strerror(system_error) + ")";
  if (error.code == Code::corrupt) error.mend = "restore a backup with 'tandem catalogue restore'";
  if (error.code == Code::no_space) error.mend = "free space on the catalogue's disk";
  if ((result & 0xff) == SQLITE_BUSY)
    error.mend = "another program writes to the catalogue past its gate; end it";
  return error;
}

Result<std::unique_ptr<Connection>> Connection::open_with(const std::string& path, int flags) {
  sqlite3* database = nullptr;
  flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READWRITE;
  const int result = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  if (database == nullptr) return Error{Code::unavailable, "no memory to open the catalogue", path};
  std::unique_ptr<Connection> connection(new Connection(path, database));
  if (result != SQLITE_OK) return connection->failure("cannot open the catalogue", result);
  sqlite3_busy_timeout(database, busy_timeout_ms);
  if (!entry_sum::define_functions(database) || !WantedKey::define_table(database)) {
    return Error{Code::unavailable, "no memory to open the catalogue", path};
  }
  return connection;
}

Result<std::unique_ptr<Connection>> Connection::create(const std::string& path) {
  return open_with(path, SQLITE_OPEN_CREATE);
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Use use) {
  auto connection = open_with(path, 0);
  if (!connection) return connection;
  if (Status status = (*connection)->configure(use); !status) return std::move(status).error();
  return connection;
}

Status Connection::configure(Use use) {
  // A checkpoint at closing would happen outside the gate.
  sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  std::string pragmas =
      "PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL; PRAGMA cell_size_check = 1;"
      "PRAGMA cache_size = -4096; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY;";
  if (use == Use::read) pragmas += "PRAGMA query_only = 1;";
  Status status = run(pragmas);
  // Behind the pragma for automatic checkpoints, which takes the hook for itself.
  if (use == Use::write) sqlite3_wal_hook(database_, remember_wal_pages, &wal_pages_);
  return status;
}

Connection::~Connection() {
  for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

Status Connection::run(const std::string& text) {
  const int result = sqlite3_exec(database_, text.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return failure("the catalogue's database refuses", result);
  return success();
}

Result<std::int64_t> Connection::number(const std::string& text) {
  sqlite3_stmt* statement = nullptr;
  int result = sqlite3_prepare_v2(database_, text.c_str(), -1, &statement, nullptr);
  std::int64_t value = 0;
  if (result == SQLITE_OK) {
    result = sqlite3_step(statement);
    if (result == SQLITE_ROW) value = sqlite3_column_int64(statement, 0);
  }
  sqlite3_finalize(statement);
  if (result == SQLITE_ROW) return value;
  return failure("cannot read the catalogue", result == SQLITE_DONE ? SQLITE_CORRUPT : result);
}

Status Connection::check_pages() {
  sqlite3_stmt* statement = nullptr;
  int result = sqlite3_prepare_v2(database_, "PRAGMA integrity_check(1)", -1, &statement, nullptr);
  bool whole = false;
  if (result == SQLITE_OK && (result = sqlite3_step(statement)) == SQLITE_ROW) {
    const void* answer = sqlite3_column_text(statement, 0);
    whole = answer != nullptr && std::string_view(static_cast<const char*>(answer)) == "ok";
  }
  sqlite3_finalize(statement);
  if (whole) return success();
  return failure("the catalogue is damaged", result == SQLITE_ROW ? SQLITE_CORRUPT : result);
}

Status Connection::run(Sql statement) {
  return Query(*this, statement).finish();
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(database_) == 0;
}

Status Connection::checkpoint() {
  const int result =
      sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (result != SQLITE_OK && (result & 0xff) != SQLITE_BUSY)
    return failure("cannot checkpoint the catalogue", result);
  return success();
}

Status Connection::empty_log() {
  sqlite3_busy_timeout(database_, 0);
  const int result =
      sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(database_, busy_timeout_ms);
  if (result != SQLITE_OK && (result & 0xff) != SQLITE_BUSY)
    return failure("cannot empty the catalogue's log", result);
  return success();
}

Result<sqlite3_stmt*> Connection::prepared(Sql statement) {
  const auto index = static_cast<std::size_t>(statement);
  if (statements_[index] == nullptr) {
    const int result = sqlite3_prepare_v3(database_, texts[index], -1, SQLITE_PREPARE_PERSISTENT,
                                          &statements_[index], nullptr);
    if (result == SQLITE_ERROR)
      return Error{Code::corrupt, "the catalogue's tables are not as they should be", path_};
    if (result != SQLITE_OK) return failure("cannot read the catalogue", result);
  }
  return statements_[index];
}

Query::Query(Connection& connection, Sql statement) : connection_(connection) {
  auto prepared = connection.prepared(statement);
  if (prepared) {
    statement_ = *prepared;
  } else {
    state_ = std::move(prepared).error();
  }
}

Query::~Query() {
  if (statement_ != nullptr) sqlite3_reset(statement_);
}

Query& Query::bind(std::string_view bytes) {
  if (statement_ == nullptr) return *this;
  const char* data = bytes.empty() ? "" : bytes.data();  // a null pointer would mean NULL
  sqlite3_bind_blob64(statement_, next_parameter_++, data, bytes.size(), SQLITE_STATIC);
  return *this;
}

Query& Query::bind(std::uint64_t number) {
  if (statement_ == nullptr) return *this;
  sqlite3_bind_int64(statement_, next_parameter_++, static_cast<sqlite3_int64>(number));
  return *this;
}

Query& Query::bind(const void* object, const char* type) {
  if (statement_ == nullptr) return *this;
  sqlite3_bind_pointer(statement_, next_parameter_++, const_cast<void*>(object), type, nullptr);
  return *this;
}

Result<bool> Query::step() {
  if (!state_) return state_.error();
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return connection_.failure("the catalogue's database fails", result);
}

Status Query::finish() {
  Result<bool> row = step();
  if (!row) return std::move(row).error();
  return success();
}

std::string_view Query::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::uint64_t Query::number(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement_, column));
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

}  // namespace tandem::gateway
