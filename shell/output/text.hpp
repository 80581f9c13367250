// Bytes and numbers as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tandem::shell {

bool is_utf8(std::string_view bytes);
// With U+FFFD for what is not UTF-8.
std::string to_utf8(std::string_view bytes);
std::string base64(std::string_view bytes);

// Safe on a terminal and on one line: control characters and bytes that are not UTF-8 as "\x1b", "\n".
std::string printable(std::string_view bytes);

// Columns the text takes on a terminal; every code point counts as one.
std::size_t display_width(std::string_view utf8);
std::string pad_right(std::string_view utf8, std::size_t width);
std::string pad_left(std::string_view utf8, std::size_t width);
// At most `width` columns, with "~" for what is left out at the end.
std::string shorten(std::string_view utf8, std::size_t width);

std::string human_size(std::uint64_t bytes);  // "0 B", "1023 B", "1.0 KiB", "3.2 GiB"
std::string grouped(std::uint64_t number);    // "1,234,567"
std::string human_duration(double seconds);   // "0.2 s", "12 s", "3 min", "2 h 5 min", "4 d"
std::string counted(std::uint64_t number, std::string_view singular, std::string_view plural = {});

std::string rfc3339(std::int64_t nanoseconds);               // "2026-01-31T09:30:00.123456789Z"; UTC
std::string local_time(std::int64_t nanoseconds);            // "2026-01-31 10:30" in the user's time zone
std::string octal_mode(std::uint32_t mode);                  // "0644"
std::string letters_of_mode(char kind, std::uint32_t mode);  // "-rw-r--r--"

}  // namespace tandem::shell
