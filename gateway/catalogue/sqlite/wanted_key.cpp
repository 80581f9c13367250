#include "gateway/catalogue/sqlite/wanted_key.hpp"

#include <sqlite3.h>

#include <new>

namespace tandem::gateway {
namespace {

// The table has as many rows as there are steps of the statement: each is the key wanted by then.
struct Cursor : sqlite3_vtab_cursor {
  const WantedKey* wanted = nullptr;
  sqlite3_int64 row = 0;
};

enum Column : int { key_column, source_column };

int connect(sqlite3* database, void*, int, const char* const*, sqlite3_vtab** table, char**) {
  *table = new (std::nothrow) sqlite3_vtab{};
  if (*table == nullptr) return SQLITE_NOMEM;
  sqlite3_vtab_config(database, SQLITE_VTAB_DIRECTONLY);
  return sqlite3_declare_vtab(database, "CREATE TABLE wanted(k, source HIDDEN)");
}

int disconnect(sqlite3_vtab* table) {
  delete table;
  return SQLITE_OK;
}

int choose_index(sqlite3_vtab*, sqlite3_index_info* info) {
  for (int i = 0; i < info->nConstraint; ++i) {
    if (info->aConstraint[i].iColumn != source_column || info->aConstraint[i].usable == 0) continue;
    info->aConstraintUsage[i].argvIndex = 1;
    info->aConstraintUsage[i].omit = 1;
    info->estimatedCost = 1;
    return SQLITE_OK;
  }
  return SQLITE_CONSTRAINT;
}

int open(sqlite3_vtab*, sqlite3_vtab_cursor** cursor) {
  *cursor = new (std::nothrow) Cursor{};
  return *cursor == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete static_cast<Cursor*>(cursor);
  return SQLITE_OK;
}

int start(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value** arguments) {
  static_cast<Cursor*>(cursor)->wanted =
      static_cast<const WantedKey*>(sqlite3_value_pointer(arguments[0], WantedKey::pointer_type));
  return SQLITE_OK;
}

int advance(sqlite3_vtab_cursor* cursor) {
  ++static_cast<Cursor*>(cursor)->row;
  return SQLITE_OK;
}

int at_end(sqlite3_vtab_cursor* cursor) {
  return static_cast<Cursor*>(cursor)->wanted == nullptr ? 1 : 0;
}

int read_column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int column) {
  if (column != key_column) return SQLITE_OK;
  const std::string_view key = static_cast<Cursor*>(cursor)->wanted->key;
  sqlite3_result_blob64(context, key.data(), key.size(), SQLITE_STATIC);
  return SQLITE_OK;
}

int read_row(sqlite3_vtab_cursor* cursor, sqlite3_int64* row) {
  *row = static_cast<Cursor*>(cursor)->row;
  return SQLITE_OK;
}

const sqlite3_module& module() {
  static const sqlite3_module table = [] {
    sqlite3_module functions{};
    functions.xConnect = connect;
    functions.xBestIndex = choose_index;
    functions.xDisconnect = disconnect;
    functions.xOpen = open;
    functions.xClose = close;
    functions.xFilter = start;
    functions.xNext = advance;
    functions.xEof = at_end;
    functions.xColumn = read_column;
    functions.xRowid = read_row;
    return functions;
  }();
  return table;
}

}  // namespace

bool WantedKey::define_table(sqlite3* database) {
  return sqlite3_create_module_v2(database, "wanted", &module(), nullptr, nullptr) == SQLITE_OK;
}

}  // namespace tandem::gateway
