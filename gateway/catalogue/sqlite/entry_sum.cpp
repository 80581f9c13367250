#include "gateway/catalogue/sqlite/entry_sum.hpp"

#include <sqlite3.h>

#include <array>
#include <span>

#include "protocol/contract/checksums.hpp"

namespace tandem::gateway::entry_sum {
namespace {

std::uint64_t hash(std::string_view bytes) {
  return checksum_of_block(std::as_bytes(std::span(bytes)));
}

std::uint64_t combined(const std::array<std::uint64_t, 4>& parts) {
  const auto bits = static_cast<std::int32_t>(checksum_of_block(std::as_bytes(std::span(parts))));
  return static_cast<std::uint64_t>(std::int64_t{bits});
}

std::string_view blob(sqlite3_value* value) {
  const void* bytes = sqlite3_value_blob(value);
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

std::uint64_t number(sqlite3_value* value) {
  return static_cast<std::uint64_t>(sqlite3_value_int64(value));
}

void entry_function(sqlite3_context* context, int, sqlite3_value** values) {
  const auto sum = of_entry(blob(values[0]), blob(values[1]), number(values[2]), number(values[3]));
  sqlite3_result_int64(context, static_cast<sqlite3_int64>(sum));
}

void number_function(sqlite3_context* context, int, sqlite3_value** values) {
  const auto sum = of_number(blob(values[0]), number(values[1]));
  sqlite3_result_int64(context, static_cast<sqlite3_int64>(sum));
}

}  // namespace

std::uint64_t of_entry(std::string_view key, std::string_view value, Revision revision, SessionId session) {
  return combined({hash(key), hash(value), revision, session});
}

std::uint64_t of_number(std::string_view name, std::uint64_t number) {
  return combined({hash(name), number, 0, 0});
}

bool define_functions(sqlite3* database) {
  constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
  return sqlite3_create_function_v2(database, "entry_sum", 4, flags, nullptr, entry_function, nullptr,
                                    nullptr, nullptr) == SQLITE_OK &&
         sqlite3_create_function_v2(database, "number_sum", 2, flags, nullptr, number_function, nullptr,
                                    nullptr, nullptr) == SQLITE_OK;
}

}  // namespace tandem::gateway::entry_sum
