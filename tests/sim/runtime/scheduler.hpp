// Runs fibers on one thread under a virtual clock, in an order drawn from a seed: the same seed and the same
// program give the same run, step by step.
//
// Fibers belong to a Process (a client program, a storaged, the world itself). A process can be frozen,
// woken and killed between any two steps of its fibers, and has a clock of its own. When nothing can run,
// time jumps to the next wake-up; when nothing will ever wake either, that is a deadlock and the run fails.
// Each step takes a microsecond of virtual time, so that time-outs fall between the steps of busy fibers too.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/contract/runtime.hpp"
#include "tests/sim/runtime/chance.hpp"

namespace tandem::sim {

class Process;
struct Fiber;

// A fiber that waits, as one who may wake it remembers it. Waking one that has gone on since is harmless.
struct Waiter {
  Fiber* fiber = nullptr;
  std::uint64_t wait = 0;  // which of its waits
};

struct RunReport {
  std::optional<std::string> failure{};  // the first invariant broken, a deadlock, an endless loop
  std::uint64_t hash = 0;                // over every step: equal for equal runs
  std::uint64_t steps = 0;
  Duration virtual_time{};
  std::uint64_t fibers_left = 0;  // neither returned nor killed when the root returned
};

struct SchedulerSettings {
  Duration step = std::chrono::microseconds(1);
  std::uint64_t steps_max = 50'000'000;
  double spurious_wake_up = 0.02;  // share of waits on a Signal that end for no reason
};

class Scheduler {
 public:
  using Settings = SchedulerSettings;

  explicit Scheduler(std::uint64_t seed, Settings settings = {});
  ~Scheduler();  // whatever still waits is abandoned, never unwound
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Lives as long as the scheduler.
  Process& make_process(std::string name);

  // Runs `root` as a fiber of the process "world" until it returns or the run fails. Once per scheduler.
  RunReport run(std::function<void()> root);

  // Ends the run at the next step; the first failure counts. For checks, from any fiber.
  void fail(std::string what);
  bool failed() const { return failure_.has_value(); }

  // A line for a person who follows a replay; made only when somebody listens.
  using TraceSink = std::function<void(std::string_view line)>;
  void trace_to(TraceSink sink) { trace_ = std::move(sink); }
  template <class MakeText>
  void note(MakeText&& make_text) {
    if (trace_) write_note(make_text());
  }

  const Settings& settings() const { return settings_; }
  Instant now() const { return now_; }  // the world's own time
  Chance& chance() { return chance_; }
  Process& world() { return *world_; }
  Process& current_process();  // of the running fiber
  bool inside() const { return running_ != nullptr; }

  // For the seams; all from inside a fiber.
  void yield();
  void pause(Duration least, Duration greatest);             // of the world's time, drawn by the seed
  void sleep_until(Instant wake_up);                         // of the world's time
  Waiter waiter() const;                                     // names the wait that comes next
  bool wait_until(Instant deadline, std::string_view what);  // true: woken by wake()
  void wake(const Waiter& waiter);

  void spawn(Process& process, std::string name, std::function<void()> body);
  // Names of the fibers of a process that have not returned.
  std::vector<std::string> fibers_of(const Process& process) const;

 private:
  friend class Process;
  struct Timer {
    Instant at;
    std::uint64_t order;
    Waiter waiter;
    bool operator>(const Timer& other) const { return at != other.at ? at > other.at : order > other.order; }
  };
  void enqueue(Fiber* fiber);
  void fire_due_timers();
  bool advance_clock();
  void step(Fiber* fiber);
  void give_way();
  void enter(Fiber* fiber);
  void start(Fiber* fiber);
  void release(Fiber* fiber);
  void abandon(Fiber* fiber);
  Fiber* take_next();
  std::string describe_stuck() const;
  void write_note(const std::string& text);
  void disturb(Process& process);
  void release_parked(Process& process);
  void abandon_all(Process& process);
  RunReport report() const;

  const Settings settings_;
  Chance chance_;
  Instant now_{};
  std::vector<std::unique_ptr<Process>> processes_{};
  Process* world_ = nullptr;
  std::vector<std::unique_ptr<Fiber>> fibers_{};
  std::vector<Fiber*> free_{};
  std::vector<Fiber*> runnable_{};
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_{};
  std::uint64_t timers_made_ = 0;
  struct Switch;
  std::unique_ptr<Switch> switch_;
  Fiber* running_ = nullptr;
  std::optional<std::string> failure_{};
  std::uint64_t hash_ = 0;
  std::uint64_t steps_ = 0;
  TraceSink trace_{};
};

}  // namespace tandem::sim
