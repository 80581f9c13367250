// One statement that finds one key after the other, each given when the one before has been found: all in one
// snapshot, for little more than SQLite's search in its tree.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/catalogue/sqlite/connection.hpp"
#include "gateway/catalogue/sqlite/wanted_key.hpp"

namespace tandem::gateway {

// Used by one thread; other statements of the connection may run in between, and see the same snapshot.
class Lookup {
 public:
  explicit Lookup(Connection& connection);

  // What its checksum does not vouch for is `corrupt`; so is an absence between two entries of which one is
  // damaged, as the key may be the one that is looked for.
  Result<std::optional<Entry>> find(std::string_view key);

 private:
  Connection& connection_;
  WantedKey wanted_;
  Query query_;
};

}  // namespace tandem::gateway
