// What a daemon tells its administrator: one line an event on standard error,
//   level=warning event=unauthorized node=127.0.0.1:7001 path=/a msg="..."
// Values with anything but plain characters are quoted and escaped, so that a line stays a line.
// All calls may be made at the same time.
#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::storaged {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

std::optional<LogLevel> parse_log_level(std::string_view name);
std::string_view to_string(LogLevel level);

class Log {
 public:
  using Field = std::pair<std::string_view, std::string_view>;  // those with an empty value are left out

  Log(int descriptor, LogLevel level) : descriptor_(descriptor), level_(level) {}

  void set_level(LogLevel level) { level_ = level; }
  void set_node(std::string node);  // HOST:PORT, in every line from now on
  bool speaks(LogLevel level) const { return level >= level_; }
  void write(LogLevel level, std::string_view event, std::initializer_list<Field> fields = {});

 private:
  int descriptor_;
  std::atomic<LogLevel> level_;
  std::mutex mutex_;
  std::string node_;
};

// As it stands behind the '='.
std::string log_value(std::string_view value);

}  // namespace tandem::storaged
