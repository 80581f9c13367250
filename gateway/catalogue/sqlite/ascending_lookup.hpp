// Many keys found one after the other in ascending order. Keys that lie side by side in the database cost a
// step from one to the next; only a gap costs a search in its tree.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/catalogue/sqlite/connection.hpp"

namespace tandem::gateway {

// Used by one thread, inside a transaction: a gap ends the statement, and without one the snapshot with it.
class AscendingLookup {
 public:
  explicit AscendingLookup(Connection& connection) : connection_(connection) {}

  // No key comes before the one asked last. Errors and absences are as Lookup's. `key` must live until the
  // next call.
  Result<std::optional<Entry>> find(std::string_view key);

 private:
  // Whether a few steps lead to `key`. If not, it may be anywhere: a damaged row on the way lies about its
  // place.
  Result<bool> walk_to(std::string_view key);
  Result<bool> search(std::string_view key);
  // To the next row; whether it is that of `key`.
  Result<bool> step(std::string_view key);

  Connection& connection_;
  std::optional<Query> rows_{};
  bool at_row_ = false;
  std::string_view here_{};  // the key of the row
};

}  // namespace tandem::gateway
