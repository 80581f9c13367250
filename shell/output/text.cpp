#include "shell/output/text.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace tandem::shell {
namespace {

// Length of the valid UTF-8 sequence at the start of `bytes`; 0 when there is none.
std::size_t sequence_length(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char first = at(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned char second = at(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second > 0x9F;
  const bool too_large = first == 0xF4 && second > 0x8F;
  return overlong || surrogate || too_large ? 0 : length;
}

std::string formatted(const char* format, auto... values) {
  std::array<char, 96> text{};
  const int length = std::snprintf(text.data(), text.size(), format, values...);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string escaped_byte(unsigned char byte) {
  switch (byte) {
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\r':
      return "\\r";
    default:
      return formatted("\\x%02x", byte);
  }
}

// C1 controls (U+0080 to U+009F) drive terminals as the C0 ones do.
bool is_control(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return first < 0x20 || first == 0x7F;
  return sequence.size() == 2 && first == 0xC2 && static_cast<unsigned char>(sequence[1]) < 0xA0;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string to_utf8(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    out.append(length == 0 ? std::string_view("\xEF\xBF\xBD") : bytes.substr(0, length));
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t taken = bytes.size() - i < 3 ? bytes.size() - i : 3;
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < taken ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) out += k <= taken ? digits[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::string printable(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    const std::string_view sequence = bytes.substr(0, length == 0 ? 1 : length);
    if (length == 0 || is_control(sequence)) {
      for (const char byte : sequence) out += escaped_byte(static_cast<unsigned char>(byte));
    } else {
      out += sequence;
    }
    bytes.remove_prefix(sequence.size());
  }
  return out;
}

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  for (const char byte : utf8) width += (static_cast<unsigned char>(byte) & 0xC0) != 0x80 ? 1 : 0;
  return width;
}

std::string pad_right(std::string_view utf8, std::size_t width) {
  const std::size_t taken = display_width(utf8);
  return std::string(utf8) + std::string(taken < width ? width - taken : 0, ' ');
}

std::string pad_left(std::string_view utf8, std::size_t width) {
  const std::size_t taken = display_width(utf8);
  return std::string(taken < width ? width - taken : 0, ' ') + std::string(utf8);
}

std::string shorten(std::string_view utf8, std::size_t width) {
  if (display_width(utf8) <= width || width == 0) return std::string(utf8);
  std::size_t end = 0;
  for (std::size_t columns = 0; end < utf8.size(); ++end) {
    if ((static_cast<unsigned char>(utf8[end]) & 0xC0) != 0x80 && ++columns == width) break;
  }
  return std::string(utf8.substr(0, end)) + "~";
}

std::string human_size(std::uint64_t bytes) {
  static constexpr std::array units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  // 1023.95 would be shown as "1024.0".
  while (value >= 1023.95 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  if (unit == 0) return std::to_string(bytes) + " B";
  return formatted("%.1f %s", value, units[unit]);
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

std::string human_duration(double seconds) {
  if (seconds < 10) return formatted("%.1f s", seconds);
  const auto whole = static_cast<unsigned long long>(std::llround(seconds));
  if (whole < 60) return formatted("%llu s", whole);
  if (whole < 3600) return formatted("%llu min", whole / 60);
  if (whole < 86400) {
    const auto minutes = whole % 3600 / 60;
    return minutes == 0 ? formatted("%llu h", whole / 3600)
                        : formatted("%llu h %llu min", whole / 3600, minutes);
  }
  return formatted("%llu d", whole / 86400);
}

std::string counted(std::uint64_t number, std::string_view singular, std::string_view plural) {
  std::string text = grouped(number) + " ";
  if (number == 1) return text.append(singular);
  return plural.empty() ? text.append(singular).append("s") : text.append(plural);
}

std::string rfc3339(std::int64_t nanoseconds) {
  constexpr std::int64_t second = 1'000'000'000;
  std::int64_t whole = nanoseconds / second;
  std::int64_t rest = nanoseconds % second;
  if (rest < 0) {
    rest += second;
    --whole;
  }
  const std::time_t time = whole;
  std::tm parts{};
  gmtime_r(&time, &parts);
  return formatted("%04d-%02d-%02dT%02d:%02d:%02d.%09lldZ", parts.tm_year + 1900, parts.tm_mon + 1,
                   parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, static_cast<long long>(rest));
}

std::string local_time(std::int64_t nanoseconds) {
  const std::time_t time = nanoseconds / 1'000'000'000 - (nanoseconds % 1'000'000'000 < 0 ? 1 : 0);
  std::tm parts{};
  localtime_r(&time, &parts);
  return formatted("%04d-%02d-%02d %02d:%02d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                   parts.tm_hour, parts.tm_min);
}

std::string octal_mode(std::uint32_t mode) {
  return formatted("%04o", mode & 07777U);
}

std::string letters_of_mode(char kind, std::uint32_t mode) {
  std::string letters(1, kind);
  for (int bit = 8; bit >= 0; --bit) letters += (mode >> bit & 1U) != 0 ? "xwr"[bit % 3] : '-';
  const auto special = [&](std::uint32_t flag, std::size_t place, char with, char without) {
    if ((mode & flag) != 0) letters[place] = letters[place] == 'x' ? with : without;
  };
  special(04000, 3, 's', 'S');
  special(02000, 6, 's', 'S');
  special(01000, 9, 't', 'T');
  return letters;
}

}  // namespace tandem::shell
