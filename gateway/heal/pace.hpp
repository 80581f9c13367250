// Keeps copying at a configured rate, over all threads that copy. All calls may be made at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>

#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

class Pace {
 public:
  // 0: no limit.
  Pace(Runtime& runtime, std::uint64_t bytes_per_second)
      : runtime_(runtime), bytes_per_second_(bytes_per_second) {}

  // How much to copy between two calls of spend(): a tenth of a second's worth, 64 KiB to 1 MiB.
  std::size_t step_bytes() const;
  // Waits as long as it takes for so many bytes to be due. What was not used is not saved up.
  void spend(std::uint64_t bytes);

 private:
  Runtime& runtime_;
  const std::uint64_t bytes_per_second_;
  std::mutex mutex_;
  Instant due_{};  // when all that was spent so far is due
};

}  // namespace tandem::gateway
