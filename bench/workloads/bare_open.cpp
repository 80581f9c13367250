// The floor of a one-shot command: a process that opens the catalogue's file and reads a row, nothing else.
#include <sqlite3.h>

int main(int argument_count, char** arguments) {
  if (argument_count != 2) return 64;
  sqlite3* database = nullptr;
  if (sqlite3_open_v2(arguments[1], &database, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) return 1;
  const bool read = sqlite3_exec(database, "SELECT name FROM sqlite_master LIMIT 1", nullptr, nullptr,
                                 nullptr) == SQLITE_OK;
  sqlite3_close(database);
  return read ? 0 : 1;
}
