// tandem.toml: what a client is told about its cluster. docs/CONFIG.md lists every key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

enum class PlacementPolicy : std::uint8_t { round_robin, follow_parent, most_free };

struct PairConfig {
  std::string name{};
  std::vector<std::string> members{};  // HOST:PORT
};

struct Config {
  std::string file{};  // where it was read from; relative paths count from its folder

  struct Cluster {
    std::string name = "tandem";
    std::string catalogue = "sqlite:catalogue.db";  // resolved to an absolute path after loading
    PlacementPolicy placement = PlacementPolicy::round_robin;
    std::uint32_t write_quorum = 1;
    std::uint32_t read_quorum = 1;
    bool durable = true;        // durability = "disk"
    std::string secret_file{};  // absolute after loading; empty: none
  } cluster{};
  std::vector<PairConfig> pairs{};
  struct Timeouts {
    Duration connect = std::chrono::milliseconds(300);
    Duration request = std::chrono::seconds(1);  // since last progress
    std::uint32_t retries = 5;
    Duration verdict = std::chrono::seconds(1);
    Duration lock_wait = std::chrono::seconds(30);
    Duration operation = std::chrono::seconds(60);
  } timeouts{};
  struct Read {
    Duration hedge = std::chrono::milliseconds(10);  // zero: off
  } read{};
  struct Session {
    Duration lease = std::chrono::seconds(10);
  } session{};
  struct Cache {
    std::uint64_t entries = 1'000'000;
  } cache{};
  struct Limits {
    std::uint32_t connections_per_node = 16;
    std::uint32_t transfers = 4;
    std::uint64_t reserve_bytes = std::uint64_t{1} << 30;
    std::uint64_t backlog_names = 1'000'000;
  } limits{};
  struct Heal {
    bool automatic = true;
    std::uint64_t rate_bytes_per_second = 0;  // 0: unlimited
    double foreground_share = 0.5;
  } heal{};
  struct Scrub {
    Duration every = std::chrono::hours(24 * 30);
    std::uint64_t rate_bytes_per_second = 20 << 20;
  } scrub{};
  struct Log {
    std::string level = "info";
  } log{};
};

// Errors are `invalid`, with "FILE:LINE" as path, the key in the cause and the mend as hint.
// `overrides` are "section.key=value" as given to --set; they win over the file.
Result<Config> load_config(const std::string& file, const std::vector<std::string>& overrides);
Result<Config> parse_config(std::string_view text, const std::string& file,
                            const std::vector<std::string>& overrides);

Result<Duration> parse_duration(std::string_view text);   // "300ms", "1s", "5m", "2h", "30d"; "0"
Result<std::uint64_t> parse_size(std::string_view text);  // "1GiB", "20MiB", "4096"

}  // namespace tandem::gateway
