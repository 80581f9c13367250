#include "tests/sim/runtime/process.hpp"

#include <algorithm>
#include <utility>

namespace tandem::sim {
namespace {

constexpr WallTime wall_at_the_start = 1'750'000'000'000'000'000;
constexpr std::int64_t million = 1'000'000;
constexpr Duration never = std::chrono::hours(24 * 365);

// amount * ppm / 10^6 without overflow.
std::int64_t parts_per_million(std::int64_t amount, std::int64_t ppm) {
  return amount / million * ppm + amount % million * ppm / million;
}

class SimSignal final : public Signal {
 public:
  explicit SimSignal(Process& process) : process_(process), scheduler_(process.scheduler()) {}

  bool wait_until(std::unique_lock<std::mutex>& lock, Instant deadline) override {
    assert(lock.owns_lock());
    Instant until = process_.world_time_of(deadline);
    if (scheduler_.chance().happens(scheduler_.settings().spurious_wake_up)) {
      until =
          std::min(until, scheduler_.now() + scheduler_.chance().duration(Duration(0), spurious_after_max));
    }
    waiters_.push_back(scheduler_.waiter());
    lock.unlock();
    const bool woken = scheduler_.wait_until(until, "signal");
    lock.lock();
    return woken || process_.now() < deadline;
  }

  void notify_all() override {
    for (const Waiter& waiter : std::exchange(waiters_, {})) scheduler_.wake(waiter);
  }

 private:
  static constexpr Duration spurious_after_max = std::chrono::milliseconds(5);
  Process& process_;
  Scheduler& scheduler_;
  std::vector<Waiter> waiters_{};
};

struct Completion {
  bool done = false;
  std::vector<Waiter> waiters{};
};

class SimTask final : public Task {
 public:
  SimTask(Scheduler& scheduler, std::string name, std::shared_ptr<Completion> completion)
      : scheduler_(scheduler), name_("end of " + std::move(name)), completion_(std::move(completion)) {}

  ~SimTask() override {
    while (!completion_->done) {
      completion_->waiters.push_back(scheduler_.waiter());
      scheduler_.wait_until(Instant::max(), name_);
    }
  }

 private:
  Scheduler& scheduler_;
  const std::string name_;
  std::shared_ptr<Completion> completion_;
};

}  // namespace

Process::Process(Scheduler& scheduler, std::string name, std::uint32_t number, Chance chance)
    : scheduler_(scheduler), name_(std::move(name)), number_(number), chance_(chance) {
  world_anchor_ = scheduler.now();
  // Machines were not started at the same time (I7).
  local_anchor_ =
      number == 0 ? world_anchor_ : Instant(chance_.duration(std::chrono::hours(1), std::chrono::hours(900)));
  wall_offset_ = wall_at_the_start - local_anchor_.time_since_epoch().count() +
                 chance_.duration(Duration(0), std::chrono::seconds(30)).count();
}

void Process::freeze() {
  if (state_ != State::running) return;
  state_ = State::frozen;
  scheduler_.note([&] { return name_ + " is frozen"; });
}

void Process::wake() {
  if (state_ != State::frozen) return;
  state_ = State::running;
  scheduler_.release_parked(*this);
  scheduler_.note([&] { return name_ + " wakes"; });
}

void Process::kill() {
  if (state_ == State::dead) return;
  scheduler_.note([&] { return name_ + " is killed"; });
  state_ = State::dead;
  scheduler_.abandon_all(*this);
  for (const auto& then : std::exchange(at_death_, {})) then();
}

void Process::set_drift(std::int32_t drift_ppm) {
  local_anchor_ = now();
  world_anchor_ = scheduler_.now();
  drift_ppm_ = drift_ppm;
  scheduler_.disturb(*this);
}

void Process::jump_clock(Duration forward) {
  assert(forward >= Duration(0));
  local_anchor_ = now() + forward;
  world_anchor_ = scheduler_.now();
  scheduler_.disturb(*this);
}

void Process::jump_wall_clock(Duration either_way) {
  wall_offset_ += either_way.count();
}

Instant Process::now() {
  const std::int64_t passed = (scheduler_.now() - world_anchor_).count();
  return local_anchor_ + Duration(passed + parts_per_million(passed, drift_ppm_));
}

WallTime Process::wall_now() {
  return wall_offset_ + now().time_since_epoch().count();
}

Instant Process::world_time_of(Instant local) const {
  if (local > local_anchor_ + never) return Instant::max();
  const std::int64_t ahead = (local - local_anchor_).count();
  return world_anchor_ + Duration(ahead - parts_per_million(ahead, drift_ppm_));
}

void Process::sleep_until(Instant wake_up) {
  do {
    const Instant until = std::max(world_time_of(wake_up), scheduler_.now());
    scheduler_.sleep_until(until);
  } while (now() < wake_up);
}

std::unique_ptr<Signal> Process::make_signal() {
  return std::make_unique<SimSignal>(*this);
}

std::unique_ptr<Task> Process::spawn(std::string name, std::function<void()> body) {
  auto completion = std::make_shared<Completion>();
  Scheduler* scheduler = &scheduler_;
  scheduler_.spawn(*this, name, [scheduler, completion, body = std::move(body)] {
    body();
    completion->done = true;
    for (const Waiter& waiter : std::exchange(completion->waiters, {})) scheduler->wake(waiter);
  });
  return std::make_unique<SimTask>(scheduler_, std::move(name), std::move(completion));
}

}  // namespace tandem::sim
