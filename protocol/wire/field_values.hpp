// Values in and out of numbered fields, for the codecs of this folder. Numbers that are zero and strings
// that are empty are left out when written, and stay as they were when not found.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include "protocol/contract/fields.hpp"
#include "protocol/contract/identifiers.hpp"

namespace tandem::protocol {

inline void put(FieldWriter& out, std::uint32_t field, std::uint64_t value) {
  if (value != 0) out.number(field, value);
}
inline void put(FieldWriter& out, std::uint32_t field, std::string_view value) {
  if (!value.empty()) out.bytes(field, value);
}
template <class Tag>
void put(FieldWriter& out, std::uint32_t field, const Identifier<Tag>& value) {
  if (!value.is_null()) out.bytes(field, value.raw());
}

// Each answers false when the field cannot hold such a value.
template <std::unsigned_integral Number>
bool take(const Field& field, Number& value) {
  if (field.is_bytes || field.number > std::numeric_limits<Number>::max()) return false;
  value = static_cast<Number>(field.number);
  return true;
}
inline bool take(const Field& field, std::int64_t& value) {
  if (field.is_bytes) return false;
  value = static_cast<std::int64_t>(field.number);
  return true;
}
template <class Enumeration>
bool take_enumerator(const Field& field, Enumeration& value, Enumeration least, Enumeration greatest) {
  using Number = std::underlying_type_t<Enumeration>;
  if (field.is_bytes || field.number < static_cast<Number>(least)) return false;
  if (field.number > static_cast<Number>(greatest)) return false;
  value = static_cast<Enumeration>(field.number);
  return true;
}
inline bool take(const Field& field, std::string& value) {
  if (!field.is_bytes) return false;
  value = field.bytes;
  return true;
}
template <class Tag>
bool take(const Field& field, Identifier<Tag>& value) {
  const auto identifier = field.is_bytes ? Identifier<Tag>::from_raw(field.bytes) : std::nullopt;
  if (identifier) value = *identifier;
  return identifier.has_value();
}

// Calls visit(field) for each; false when one was refused or the input is damaged.
template <class Visit>
bool each_field(std::string_view encoded, Visit visit) {
  FieldReader reader(encoded);
  while (const auto field = reader.next()) {
    if (!visit(*field)) return false;
  }
  return reader.ok();
}

}  // namespace tandem::protocol
