#include "gateway/heal/pace.hpp"

#include <algorithm>

namespace tandem::gateway {
namespace {

constexpr std::uint64_t smallest_step = 64 << 10;
constexpr std::uint64_t largest_step = 1 << 20;

}  // namespace

std::size_t Pace::step_bytes() const {
  if (bytes_per_second_ == 0) return largest_step;
  return std::clamp(bytes_per_second_ / 10, smallest_step, largest_step);
}

void Pace::spend(std::uint64_t bytes) {
  if (bytes_per_second_ == 0) return;
  const std::chrono::duration<double> takes(static_cast<double>(bytes) /
                                            static_cast<double>(bytes_per_second_));
  Instant due;
  {
    const std::scoped_lock lock(mutex_);
    due_ = std::max(due_, runtime_.now()) + std::chrono::duration_cast<Duration>(takes);
    due = due_;
  }
  runtime_.sleep_until(due);
}

}  // namespace tandem::gateway
