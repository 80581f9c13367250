// Time passes only where somebody sleeps.
#pragma once

#include <algorithm>

#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

class SleepingRuntime final : public Runtime {
 public:
  Instant now() override { return now_; }
  WallTime wall_now() override { return 0; }
  void sleep_until(Instant wake_up) override { now_ = std::max(now_, wake_up); }
  void fill_random(std::span<std::byte>) override {}
  std::unique_ptr<Signal> make_signal() override { return nullptr; }
  std::unique_ptr<Task> spawn(std::string, std::function<void()>) override { return nullptr; }

  Instant now_{std::chrono::hours(1)};
};

}  // namespace tandem::gateway
