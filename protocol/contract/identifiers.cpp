#include "protocol/contract/identifiers.hpp"

#include <charconv>

namespace tandem {
namespace {

std::string hex_number(std::uint64_t number) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return {digits.data(), end};
}

std::optional<std::uint64_t> parse_hex_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (problem != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

int digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

}  // namespace

std::string to_hex(std::string_view raw) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex(raw.size() * 2, '\0');
  for (std::size_t at = 0; at < raw.size(); ++at) {
    const auto byte = static_cast<unsigned char>(raw[at]);
    hex[2 * at] = digits[byte >> 4];
    hex[2 * at + 1] = digits[byte & 15];
  }
  return hex;
}

std::optional<std::string> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string raw;
  raw.reserve(hex.size() / 2);
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    const int high = digit_value(hex[at]);
    const int low = digit_value(hex[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    raw += static_cast<char>(high * 16 + low);
  }
  return raw;
}

std::string to_string(const Stamp& stamp) {
  return hex_number(stamp.fence) + "-" + hex_number(stamp.attempt);
}

std::optional<Stamp> parse_stamp(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto fence = parse_hex_number(text.substr(0, dash));
  const auto attempt = parse_hex_number(text.substr(dash + 1));
  if (!fence || !attempt) return std::nullopt;
  return Stamp{*fence, *attempt};
}

}  // namespace tandem
