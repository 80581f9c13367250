#include "storaged/service/log.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace tandem::storaged {
namespace {

constexpr std::array<std::pair<std::string_view, LogLevel>, 4> level_names{{{"debug", LogLevel::debug},
                                                                            {"info", LogLevel::info},
                                                                            {"warning", LogLevel::warning},
                                                                            {"error", LogLevel::error}}};
constexpr std::string_view hexadecimal_digits = "0123456789abcdef";
constexpr std::size_t value_bytes_max = 4096;

bool is_plain(char character) {
  return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
         (character >= 'A' && character <= 'Z') ||
         std::string_view("-_./:,+@%").find(character) != std::string_view::npos;
}

void append_escaped(std::string& out, char character) {
  const auto byte = static_cast<unsigned char>(character);
  if (character == '"' || character == '\\') {
    out.push_back('\\');
    out.push_back(character);
  } else if (character == '\n') {
    out.append("\\n");
  } else if (byte < 0x20 || byte >= 0x7f) {
    out.append("\\x");
    out.push_back(hexadecimal_digits[byte >> 4U]);
    out.push_back(hexadecimal_digits[byte & 15U]);
  } else {
    out.push_back(character);
  }
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view name) {
  for (const auto& [known, level] : level_names)
    if (known == name) return level;
  return std::nullopt;
}

std::string_view to_string(LogLevel level) {
  for (const auto& [name, known] : level_names)
    if (known == level) return name;
  return "";
}

std::string log_value(std::string_view value) {
  if (!value.empty() && std::all_of(value.begin(), value.end(), is_plain)) return std::string(value);
  std::string out = "\"";
  for (const char character : value.substr(0, value_bytes_max)) append_escaped(out, character);
  out.push_back('"');
  return out;
}

void Log::set_node(std::string node) {
  const std::lock_guard lock(mutex_);
  node_ = std::move(node);
}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<Field> fields) {
  if (!speaks(level)) return;
  std::string line = "level=" + std::string(to_string(level)) + " event=" + log_value(event);
  {
    const std::lock_guard lock(mutex_);
    if (!node_.empty()) line += " node=" + log_value(node_);
  }
  for (const auto& [key, value] : fields)
    if (!value.empty()) line += " " + std::string(key) + "=" + log_value(value);
  line.push_back('\n');
  // In one piece, so that lines of several programs on one terminal do not mix. A log that cannot be
  // written must not stop the daemon.
  ssize_t written = 0;
  do {
    written = ::write(descriptor_, line.data(), line.size());
  } while (written < 0 && errno == EINTR);
}

}  // namespace tandem::storaged
