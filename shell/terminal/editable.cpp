#include "shell/terminal/editable.hpp"

#include <cstddef>

#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

// U+F700 + byte, in UTF-8.
std::string stand_in(unsigned char byte) {
  std::string out = "\xEF";
  out += static_cast<char>(0x9C | byte >> 6);
  out += static_cast<char>(0x80 | (byte & 0x3F));
  return out;
}

bool is_stand_in(std::string_view text) {
  return text.size() >= 3 && text[0] == '\xEF' && (static_cast<unsigned char>(text[1]) & 0xFC) == 0x9C;
}

std::size_t character_length(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (is_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

}  // namespace

std::string to_editable(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t length = character_length(bytes);
    const auto first = static_cast<unsigned char>(bytes.front());
    const bool control = first < 0x20 || first == 0x7F;
    if (length == 0 || control || is_stand_in(bytes)) {
      out += stand_in(first);
      bytes.remove_prefix(1);
    } else {
      out += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return out;
}

std::string to_bytes(std::string_view editable) {
  std::string out;
  while (!editable.empty()) {
    if (is_stand_in(editable)) {
      const auto high = static_cast<unsigned>(editable[1]) & 0x03U;
      const auto low = static_cast<unsigned>(editable[2]) & 0x3FU;
      out += static_cast<char>(high << 6 | low);
      editable.remove_prefix(3);
    } else {
      out += editable.front();
      editable.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace tandem::shell
