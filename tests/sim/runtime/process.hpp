// A group of fibers that lives and dies together: a client program or one life of a storaged. It is the
// Runtime its code is given: its own clock, its own chance, its own fibers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "protocol/contract/runtime.hpp"
#include "tests/sim/runtime/chance.hpp"
#include "tests/sim/runtime/scheduler.hpp"

namespace tandem::sim {

class Process final : public Runtime {
 public:
  Process(Scheduler& scheduler, std::string name, std::uint32_t number, Chance chance);

  const std::string& name() const { return name_; }
  std::uint32_t number() const { return number_; }
  bool alive() const { return state_ != State::dead; }
  bool frozen() const { return state_ == State::frozen; }
  Scheduler& scheduler() { return scheduler_; }

  void freeze();  // as SIGSTOP: its fibers stand still, its clock goes on
  void wake();    // as SIGCONT
  // As SIGKILL: its fibers never run again. Must not be called from one of them. Each function given to
  // at_death is called then.
  void kill();
  void at_death(std::function<void()> then) { at_death_.push_back(std::move(then)); }

  // How this process's clocks differ from the world's: `drift_ppm` faster, from now on.
  void set_drift(std::int32_t drift_ppm);
  void jump_clock(Duration forward);  // CLOCK_BOOTTIME, after a suspend
  void jump_wall_clock(Duration either_way);

  // Runtime, for the code of this process.
  Instant now() override;
  WallTime wall_now() override;
  void sleep_until(Instant wake_up) override;
  void fill_random(std::span<std::byte> out) override { chance_.fill(out); }
  std::unique_ptr<Signal> make_signal() override;
  std::unique_ptr<Task> spawn(std::string name, std::function<void()> body) override;

  // The world's time at which this process's clock shows `local`; never later than it does.
  Instant world_time_of(Instant local) const;

 private:
  friend class Scheduler;
  enum class State : std::uint8_t { running, frozen, dead };

  Scheduler& scheduler_;
  const std::string name_;
  const std::uint32_t number_;
  Chance chance_;
  State state_ = State::running;
  std::vector<Fiber*> parked_{};  // would run, were it not frozen
  std::vector<std::function<void()>> at_death_{};
  Instant world_anchor_{};
  Instant local_anchor_{};
  std::int64_t drift_ppm_ = 0;
  WallTime wall_offset_;
};

}  // namespace tandem::sim
