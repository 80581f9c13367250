#include "protocol/wire/supplementary_characters.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace tandem::protocol {
namespace {

// Folded: the marker, then the upper and the lower ten bits of what is above the plane. A marker of the
// document's own becomes two.
constexpr std::uint32_t marker = 0xF8F0;
constexpr std::string_view marker_bytes = "\xEF\xA3\xB0";
constexpr std::uint32_t upper_start = 0xE000;
constexpr std::uint32_t lower_start = 0xE400;
constexpr std::uint32_t ten_bits = 0x3FF;
constexpr std::uint32_t plane_end = 0x10000;
constexpr std::uint32_t unicode_end = 0x110000;

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

void append_three_bytes(std::string& out, std::uint32_t character) {
  out += static_cast<char>(0xE0U | (character >> 12));
  out += static_cast<char>(0x80U | ((character >> 6) & 0x3FU));
  out += static_cast<char>(0x80U | (character & 0x3FU));
}

void append_four_bytes(std::string& out, std::uint32_t character) {
  out += static_cast<char>(0xF0U | (character >> 18));
  out += static_cast<char>(0x80U | ((character >> 12) & 0x3FU));
  out += static_cast<char>(0x80U | ((character >> 6) & 0x3FU));
  out += static_cast<char>(0x80U | (character & 0x3FU));
}

// The character of `length` bytes at the front, if it is well-formed.
std::optional<std::uint32_t> character_of(std::string_view text, std::size_t length) {
  if (text.size() < length) return std::nullopt;
  std::uint32_t character = byte_at(text, 0) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(text, i) & 0xC0U) != 0x80U) return std::nullopt;
    character = (character << 6) | (byte_at(text, i) & 0x3FU);
  }
  return character;
}

std::optional<std::uint32_t> supplementary_at_front(std::string_view text) {
  if (byte_at(text, 0) < 0xF0 || byte_at(text, 0) > 0xF4) return std::nullopt;
  const auto character = character_of(text, 4);
  if (!character || *character < plane_end || *character >= unicode_end) return std::nullopt;
  return character;
}

struct Reference {
  std::uint32_t character = 0;
  std::size_t length = 0;
};
std::optional<Reference> reference_at_front(std::string_view text) {
  constexpr std::size_t longest = 32;  // with more leading zeros than anybody writes
  if (!text.starts_with("&#")) return std::nullopt;
  const bool hexadecimal = text.substr(2).starts_with('x');
  const std::size_t digits = hexadecimal ? 3 : 2;
  const std::size_t end = text.substr(0, longest).find(';');
  if (end == std::string_view::npos) return std::nullopt;
  Reference reference{0, end + 1};
  const auto [rest, problem] =
      std::from_chars(text.data() + digits, text.data() + end, reference.character, hexadecimal ? 16 : 10);
  if (problem != std::errc() || rest != text.data() + end) return std::nullopt;
  return reference;
}

bool is_utf8(std::string_view document) {
  if (!document.starts_with("<?xml")) return true;
  std::string declaration(document.substr(0, document.find("?>")));
  std::transform(declaration.begin(), declaration.end(), declaration.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return declaration.find("encoding") == std::string::npos || declaration.find("utf-8") != std::string::npos;
}

// False for nearly all documents, and soon found out.
bool may_need_folding(std::string_view document) {
  const bool beyond = std::any_of(document.begin(), document.end(),
                                  [](char c) { return static_cast<unsigned char>(c) >= 0xEF; });
  return beyond || document.find("&#") != std::string_view::npos;
}

class Folding {
 public:
  explicit Folding(std::string_view document) : rest_(document), utf8_(is_utf8(document)) {
    folded_.reserve(document.size() + document.size() / 4);
  }

  std::string fold() {
    while (!rest_.empty()) {
      if (rest_.front() == '<') {
        skip_or_copy();
      } else if (rest_.front() == '&') {
        take_reference();
      } else {
        take_character();
      }
    }
    return std::move(folded_);
  }

 private:
  void copy(std::size_t length) {
    folded_ += rest_.substr(0, length);
    rest_.remove_prefix(std::min(length, rest_.size()));
  }

  // The text of a CDATA section is folded, without references; comments stay as they are.
  void skip_or_copy() {
    if (rest_.starts_with("<!--")) {
      const std::size_t end = rest_.find("-->", 4);
      return copy(end == std::string_view::npos ? rest_.size() : end);
    }
    if (!rest_.starts_with("<![CDATA[")) return copy(1);
    const std::size_t left_behind = rest_.size() - std::min(rest_.find("]]>"), rest_.size());
    while (rest_.size() > left_behind) take_character();
  }

  void take_reference() {
    const auto reference = reference_at_front(rest_);
    if (!reference || reference->character >= unicode_end ||
        (reference->character < plane_end && reference->character != marker))
      return copy(1);
    append_folded(reference->character);
    rest_.remove_prefix(reference->length);
  }

  void take_character() {
    if (!utf8_) return copy(1);
    if (rest_.starts_with(marker_bytes)) {
      append_folded(marker);
      rest_.remove_prefix(marker_bytes.size());
    } else if (const auto character = supplementary_at_front(rest_)) {
      append_folded(*character);
      rest_.remove_prefix(4);
    } else {
      copy(1);
    }
  }

  void append_folded(std::uint32_t character) {
    append(marker);
    if (character == marker) return append(marker);
    append(upper_start + ((character - plane_end) >> 10));
    append(lower_start + ((character - plane_end) & ten_bits));
  }

  void append(std::uint32_t character) {
    if (utf8_) return append_three_bytes(folded_, character);
    folded_ += "&#" + std::to_string(character) + ";";
  }

  std::string_view rest_;
  const bool utf8_;
  std::string folded_{};
};

// What stands behind a marker: two characters, or nothing of ours.
std::optional<std::uint32_t> unfolded_pair(std::string_view text) {
  const auto upper = character_of(text, 3);
  const auto lower = upper ? character_of(text.substr(3), 3) : std::nullopt;
  if (!lower || *upper < upper_start || *upper - upper_start > ten_bits) return std::nullopt;
  if (*lower < lower_start || *lower - lower_start > ten_bits) return std::nullopt;
  return plane_end + ((*upper - upper_start) << 10) + (*lower - lower_start);
}

}  // namespace

std::string fold_supplementary(std::string_view document) {
  if (!may_need_folding(document)) return std::string(document);
  return Folding(document).fold();
}

std::string unfold_supplementary(std::string text) {
  if (text.find(marker_bytes) == std::string::npos) return text;
  std::string unfolded;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t at = std::min(rest.find(marker_bytes), rest.size());
    unfolded += rest.substr(0, at);
    rest.remove_prefix(at);
    if (rest.empty()) break;
    rest.remove_prefix(marker_bytes.size());
    if (const auto character = unfolded_pair(rest)) {
      append_four_bytes(unfolded, *character);
      rest.remove_prefix(6);
    } else {
      unfolded += marker_bytes;
      if (rest.starts_with(marker_bytes)) rest.remove_prefix(marker_bytes.size());
    }
  }
  return unfolded;
}

}  // namespace tandem::protocol
