// The command line of storaged, with the same keys in a TOML file behind --config.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "protocol/contract/result.hpp"
#include "storaged/service/log.hpp"

namespace tandem::storaged {

inline constexpr int exit_usage = 64;
inline constexpr int exit_config = 78;

struct DaemonOptions {
  std::string root{};
  std::string listen{};  // HOST:PORT; port 0: a free one
  std::string secret_file{};
  bool allow_unauthenticated = false;
  std::size_t connections_max = 1024;
  std::uint64_t reserve_bytes = std::uint64_t{1} << 30;
  LogLevel log_level = LogLevel::info;
};

// What the words on the command line come to: options, or a text that was asked for or is a complaint,
// and the status to end with.
struct ParsedOptions {
  std::optional<DaemonOptions> options{};
  std::string text{};
  int status = 0;
};
ParsedOptions parse_options(int argument_count, const char* const* arguments, const std::string& version);

// The host of HOST:PORT, brackets taken off.
std::string host_of(const std::string& listen);
bool is_loopback(const std::string& host);

}  // namespace tandem::storaged
