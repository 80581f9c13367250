// Tells the administrator what the server turned away before any handler saw it: the first of a kind at once,
// then at most once a second, with how many there were since. A flood must not fill the log's disk.
// All calls may be made at the same time.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "protocol/contract/runtime.hpp"
#include "storaged/service/log.hpp"

namespace tandem::storaged {

class RefusalLog {
 public:
  // The log must outlive it.
  explicit RefusalLog(Log& log) : log_(log) {}

  // `status`: of HTTP; `peer`: HOST:PORT of whoever asked.
  void note(int status, std::string_view peer, Instant now);

 private:
  struct Kind {
    std::optional<Instant> told{};
    std::uint64_t untold = 0;
  };

  Log& log_;
  std::mutex mutex_;
  std::map<int, Kind> kinds_;
};

}  // namespace tandem::storaged
