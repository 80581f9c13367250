// The Runtime of a real program: CLOCK_BOOTTIME, the kernel's random numbers, threads.
// All calls may be made at the same time.
#pragma once

#include "protocol/contract/runtime.hpp"

namespace tandem::protocol {

class SystemRuntime final : public Runtime {
 public:
  Instant now() override;
  WallTime wall_now() override;
  void sleep_until(Instant wake_up) override;
  void fill_random(std::span<std::byte> out) override;
  std::unique_ptr<Signal> make_signal() override;
  std::unique_ptr<Task> spawn(std::string name, std::function<void()> body) override;
};

}  // namespace tandem::protocol
