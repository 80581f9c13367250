// What a daemon counts, and its text for Prometheus. All calls may be made at the same time; counting takes
// no lock.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::storaged {

enum class Call : std::uint8_t {
  identify,
  status,
  join,
  adopt_epoch,
  look,
  settle,
  inventory,
  staged,
  drop_staged,
  verify,
  tree,
  stage,
  fetch,
  plain_mkdir,
  plain_create,
  plain_move,
  plain_remove,
  plain_read,
  plain_write,
  plain_status,
};
inline constexpr std::size_t call_count = static_cast<std::size_t>(Call::plain_status) + 1;
std::string_view to_string(Call call);

class Metrics {
 public:
  void count_call(Call call, Code code, Duration took);
  void count_bytes_in(std::uint64_t bytes) { bytes_in_ += bytes; }
  void count_bytes_out(std::uint64_t bytes) { bytes_out_ += bytes; }
  void count_response(int http_status);

  // `status` adds what the node holds; an Error leaves that out.
  std::string render(const Result<NodeStatus>& status, std::size_t connections) const;

 private:
  static constexpr std::size_t code_slots = static_cast<std::size_t>(Code::unsupported) + 1;
  static constexpr std::array<std::uint64_t, 11> bucket_microseconds{
      50, 100, 250, 500, 1000, 2500, 10'000, 50'000, 250'000, 1'000'000, 10'000'000};
  static constexpr std::size_t response_slots = 600;

  using Counter = std::atomic<std::uint64_t>;
  struct CallCounters {
    std::array<Counter, code_slots> by_code{};
    std::array<Counter, bucket_microseconds.size() + 1> by_latency{};
    Counter nanoseconds{};
  };
  void render_calls(std::string& out) const;
  void render_latencies(std::string& out) const;
  void render_responses(std::string& out) const;

  std::array<CallCounters, call_count> calls_{};
  std::array<Counter, response_slots> responses_{};
  Counter bytes_in_{};
  Counter bytes_out_{};
};

}  // namespace tandem::storaged
