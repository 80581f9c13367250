#include "gateway/catalogue/sqlite/lookup.hpp"

#include "gateway/catalogue/sqlite/checked_rows.hpp"

namespace tandem::gateway {

Lookup::Lookup(Connection& connection) : connection_(connection), query_(connection, Sql::look_up) {
  query_.bind(&wanted_, WantedKey::pointer_type);
}

Result<std::optional<Entry>> Lookup::find(std::string_view key) {
  wanted_.key = key;
  Result<bool> row = query_.step();
  if (!row) return std::move(row).error();
  if (!*row) return Error{Code::corrupt, "the catalogue's database has lost a row"};
  if (!query_.is_null(0)) {
    auto entry = checked_rows::entry(connection_, query_);
    if (!entry) return std::move(entry).error();
    return std::optional(std::move(entry).value());
  }
  if (Status status = checked_rows::check_gap(connection_, key); !status) return std::move(status).error();
  return std::optional<Entry>();
}

}  // namespace tandem::gateway
