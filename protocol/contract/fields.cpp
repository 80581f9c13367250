#include "protocol/contract/fields.hpp"

namespace tandem {
namespace {

constexpr std::uint64_t wire_type_varint = 0;
constexpr std::uint64_t wire_type_bytes = 2;

void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(static_cast<unsigned char>(value | 0x80));
    value >>= 7;
  }
  out += static_cast<char>(value);
}

// Takes a varint off the front; nothing when it is cut off or longer than 64 bits.
std::optional<std::uint64_t> take_varint(std::string_view& rest) {
  if (!rest.empty() && static_cast<unsigned char>(rest.front()) < 0x80) {  // most are
    const auto byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    return byte;
  }
  std::uint64_t value = 0;
  for (std::size_t index = 0; index < rest.size() && index < 10; ++index) {
    const auto byte = static_cast<unsigned char>(rest[index]);
    if (index == 9 && byte > 1) return std::nullopt;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * index);
    if ((byte & 0x80) == 0) {
      rest.remove_prefix(index + 1);
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace

void FieldWriter::number(std::uint32_t field, std::uint64_t value) {
  append_varint(out_, std::uint64_t{field} << 3 | wire_type_varint);
  append_varint(out_, value);
}

void FieldWriter::bytes(std::uint32_t field, std::string_view value) {
  append_varint(out_, std::uint64_t{field} << 3 | wire_type_bytes);
  append_varint(out_, value.size());
  out_.append(value);
}

std::optional<Field> FieldReader::next() {
  if (rest_.empty() || !ok_) return std::nullopt;
  const std::string_view start = rest_;
  ok_ = false;  // until the field is whole
  const auto tag = take_varint(rest_);
  if (!tag || (*tag >> 3) == 0 || (*tag >> 3) > UINT32_MAX) return std::nullopt;
  Field field;
  field.id = static_cast<std::uint32_t>(*tag >> 3);
  const auto value = take_varint(rest_);
  if (!value) return std::nullopt;
  if ((*tag & 7) == wire_type_varint) {
    field.number = *value;
  } else if ((*tag & 7) == wire_type_bytes && *value <= rest_.size()) {
    field.is_bytes = true;
    field.bytes = rest_.substr(0, *value);
    rest_.remove_prefix(*value);
  } else {
    return std::nullopt;
  }
  field.raw = start.substr(0, start.size() - rest_.size());
  ok_ = true;
  return field;
}

}  // namespace tandem
