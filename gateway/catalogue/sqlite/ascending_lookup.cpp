#include "gateway/catalogue/sqlite/ascending_lookup.hpp"

#include <cstdint>

#include "gateway/catalogue/sqlite/checked_rows.hpp"

namespace tandem::gateway {
namespace {

constexpr int steps_max = 3;  // together they cost less than half a search
constexpr std::uint64_t no_limit = std::uint64_t{1} << 62U;

}  // namespace

Result<bool> AscendingLookup::walk_to(std::string_view key) {
  for (int steps = 0; at_row_; ++steps) {
    if (here_ >= key) return here_ == key;
    if (steps == steps_max) return false;
    if (auto found = step(key); !found || *found) return found;
  }
  return false;
}

Result<bool> AscendingLookup::search(std::string_view key) {
  rows_.emplace(connection_, Sql::read_from).bind(key).bind(no_limit);
  return step(key);
}

Result<bool> AscendingLookup::step(std::string_view key) {
  Result<bool> row = rows_->step();
  at_row_ = row && *row;
  if (!at_row_) return row;
  here_ = rows_->bytes(0);
  return here_ == key;
}

Result<std::optional<Entry>> AscendingLookup::find(std::string_view key) {
  Result<bool> found = walk_to(key);
  if (found && !*found) found = search(key);
  if (!found) return std::move(found).error();
  // Also where the search ended at another row: a damaged one may have stopped it.
  if (at_row_) {
    auto entry = checked_rows::entry(connection_, *rows_);
    if (!entry) return std::move(entry).error();
    if (*found) return std::optional(std::move(entry).value());
  }
  if (Status status = checked_rows::check_gap(connection_, key); !status) return std::move(status).error();
  return std::optional<Entry>();
}

}  // namespace tandem::gateway
