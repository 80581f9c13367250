// A table of SQL's, wanted(k), whose rows are the keys that a program wants one after the other: each is told
// when the statement steps to it. Joined with a table of the database it makes a loop of searches that the
// program steers, in one statement and so in one snapshot.
#pragma once

#include <string_view>

struct sqlite3;

namespace tandem::gateway {

// Bound to the table's parameter with `pointer_type`; `key` is read at each step.
struct WantedKey {
  std::string_view key{};

  static constexpr const char* pointer_type = "wanted key";
  // Makes a connection know the table. False: no memory.
  static bool define_table(sqlite3* database);
};

}  // namespace tandem::gateway
