#include "protocol/wire/xml_text.hpp"

#include <cstddef>
#include <cstdint>

namespace tandem::protocol {
namespace {

bool is_continuation(unsigned char c) {
  return (c & 0xC0U) == 0x80U;
}

// The length of the character at the front if it may pass, else 0.
std::size_t passing_character(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = at(0);
  if (first < 0x80) return (first >= 0x20 && first != 0x7F) || first == '\t' || first == '\n' ? 1 : 0;
  if (first >= 0xC2 && first <= 0xDF && text.size() >= 2 && is_continuation(at(1))) return 2;
  if (first < 0xE0 || first > 0xEF || text.size() < 3) return 0;
  if (!is_continuation(at(1)) || !is_continuation(at(2))) return 0;
  const unsigned character = ((first & 0x0FU) << 12) | ((at(1) & 0x3FU) << 6) | (at(2) & 0x3FU);
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  return character >= 0x800 && !surrogate && character < 0xFFFE ? 3 : 0;
}

}  // namespace

std::string printable_text(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = passing_character(bytes);
    if (length == 0) {
      const auto byte = static_cast<unsigned char>(bytes.front());
      text += "\\x";
      text += digits[byte >> 4];
      text += digits[byte & 15];
    } else {
      text.append(bytes.substr(0, length));
    }
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return text;
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace tandem::protocol
