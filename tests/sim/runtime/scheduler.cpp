#include "tests/sim/runtime/scheduler.hpp"

#include <boost/context/fiber.hpp>
#include <boost/context/preallocated.hpp>
#include <cassert>
#include <cstdio>
#include <exception>
#include <utility>

#include "tests/sim/runtime/fiber_stack.hpp"
#include "tests/sim/runtime/held_mutexes.hpp"
#include "tests/sim/runtime/process.hpp"
#include "tests/sim/runtime/stack_switch.hpp"

namespace tandem::sim {

namespace context = boost::context;

struct Fiber {
  enum class State : std::uint8_t { runnable, waiting, gone };
  std::uint64_t number = 0;
  std::string name{};
  Process* process = nullptr;
  std::function<void()> body{};
  FiberStack stack{};
  context::fiber suspended{};
  StackSwitch sanitizer{};
  State state = State::gone;
  std::uint64_t wait = 0;  // counts the waits; stale Waiters are told by it
  bool woken = false;
  std::string_view waits_for{};
};

struct Scheduler::Switch {
  context::fiber loop{};  // the scheduler's own context while a fiber runs
  StackSwitch sanitizer{};
};

namespace {

// Boost wants an allocator to return the stack to; the pool does that itself.
struct StackOwnedElsewhere {
  static context::stack_context allocate() { std::terminate(); }
  static void deallocate(context::stack_context&) noexcept {}
};

// What a dead process leaves. Dropping a suspended context would unwind it, and dropping what a body captured
// would run destructors of that process.
struct Remains {
  context::fiber suspended;
  std::function<void()> body;
};

void bury(Remains&& remains) {
  static auto& graveyard = *new std::vector<Remains>;
  graveyard.push_back(std::move(remains));
}

}  // namespace

Scheduler::Scheduler(std::uint64_t seed, Settings settings)
    : settings_(settings), chance_(seed), switch_(std::make_unique<Switch>()) {
  now_ = Instant(std::chrono::hours(1));
  world_ = &make_process("world");
}

Scheduler::~Scheduler() {
  assert(running_ == nullptr);
  for (const auto& fiber : fibers_) {
    if (fiber->state != Fiber::State::gone) abandon(fiber.get());
  }
}

Process& Scheduler::make_process(std::string name) {
  const auto number = static_cast<std::uint32_t>(processes_.size());
  processes_.push_back(std::make_unique<Process>(*this, std::move(name), number, chance_.fork()));
  return *processes_.back();
}

void Scheduler::spawn(Process& process, std::string name, std::function<void()> body) {
  assert(process.alive());
  if (free_.empty()) {
    fibers_.push_back(std::make_unique<Fiber>());
    fibers_.back()->number = fibers_.size();
    free_.push_back(fibers_.back().get());
  }
  Fiber* fiber = free_.back();
  free_.pop_back();
  fiber->name = std::move(name);
  fiber->process = &process;
  fiber->body = std::move(body);
  start(fiber);
  enqueue(fiber);
}

void Scheduler::start(Fiber* fiber) {
  fiber->stack = stack_pool().take();
  context::stack_context where;
  where.sp = fiber->stack.top();
  where.size = fiber->stack.size_bytes;
  fiber->sanitizer.prepare(fiber->stack.bottom, fiber->stack.size_bytes);
  fiber->suspended = context::fiber(std::allocator_arg, context::preallocated(where.sp, where.size, where),
                                    StackOwnedElsewhere{}, [this, fiber](context::fiber&& loop) {
                                      switch_->loop = std::move(loop);
                                      enter(fiber);
                                      return std::move(switch_->loop);
                                    });
}

void Scheduler::enter(Fiber* fiber) {
  fiber->sanitizer.arrived(switch_->sanitizer);
  try {
    fiber->body();
  } catch (const std::exception& problem) {
    fail("exception out of fiber " + fiber->name + ": " + problem.what());
  }
  fiber->body = nullptr;
  fiber->state = Fiber::State::gone;
  switch_->sanitizer.leave_for_good();
}

void Scheduler::enqueue(Fiber* fiber) {
  fiber->state = Fiber::State::runnable;
  runnable_.push_back(fiber);
}

RunReport Scheduler::run(std::function<void()> root) {
  assert(running_ == nullptr && steps_ == 0);
  bool done = false;
  spawn(*world_, "root", [&done, body = std::move(root)] {
    body();
    done = true;
  });
  while (!done && !failed()) {
    fire_due_timers();
    if (Fiber* next = take_next()) {
      step(next);
    } else if (!advance_clock()) {
      fail(describe_stuck());
    }
    if (steps_ >= settings_.steps_max) fail("the run does not end within its number of steps");
  }
  return report();
}

RunReport Scheduler::report() const {
  RunReport result;
  result.failure = failure_;
  result.hash = hash_;
  result.steps = steps_;
  result.virtual_time = now_ - Instant(std::chrono::hours(1));
  for (const auto& fiber : fibers_) {
    if (fiber->state != Fiber::State::gone) ++result.fibers_left;
  }
  return result;
}

Fiber* Scheduler::take_next() {
  while (!runnable_.empty()) {
    const std::size_t at = chance_.below(runnable_.size());
    Fiber* fiber = runnable_[at];
    runnable_[at] = runnable_.back();
    runnable_.pop_back();
    if (!fiber->process->frozen()) return fiber;
    fiber->process->parked_.push_back(fiber);
  }
  return nullptr;
}

void Scheduler::step(Fiber* fiber) {
  ++steps_;
  now_ += settings_.step;
  hash_ = (hash_ ^ (fiber->number + static_cast<std::uint64_t>(now_.time_since_epoch().count()))) *
          0x100000001b3U;
  running_ = fiber;
  switch_->sanitizer.leave(fiber->sanitizer);
  fiber->suspended = std::move(fiber->suspended).resume();
  switch_->sanitizer.returned();
  running_ = nullptr;
  if (fiber->state == Fiber::State::gone) release(fiber);
}

void Scheduler::release(Fiber* fiber) {
  stack_pool().give_back(fiber->stack);
  ++fiber->wait;
  free_.push_back(fiber);
}

void Scheduler::abandon(Fiber* fiber) {
  bury({std::move(fiber->suspended), std::move(fiber->body)});
  stack_pool().abandon(fiber->stack);
  fiber->state = Fiber::State::gone;
  ++fiber->wait;
}

void Scheduler::give_way() {
  Fiber* fiber = running_;
  assert(fiber != nullptr && "only fibers may wait");
  assert(mutexes_held_by_this_thread() == 0 && "a std::mutex is held across a wait");
  fiber->sanitizer.leave(switch_->sanitizer);
  switch_->loop = std::move(switch_->loop).resume();
  fiber->sanitizer.returned();
}

void Scheduler::yield() {
  enqueue(running_);
  give_way();
}

Waiter Scheduler::waiter() const {
  assert(running_ != nullptr);
  return {running_, running_->wait + 1};
}

bool Scheduler::wait_until(Instant deadline, std::string_view what) {
  Fiber* fiber = running_;
  assert(fiber != nullptr && "only fibers may wait");
  fiber->wait += 1;
  fiber->woken = false;
  fiber->state = Fiber::State::waiting;
  fiber->waits_for = what;
  if (deadline != Instant::max()) timers_.push({deadline, ++timers_made_, {fiber, fiber->wait}});
  give_way();
  fiber->waits_for = {};
  return fiber->woken;
}

void Scheduler::wake(const Waiter& waiter) {
  Fiber* fiber = waiter.fiber;
  if (fiber->wait != waiter.wait || fiber->state != Fiber::State::waiting) return;
  fiber->woken = true;
  enqueue(fiber);
}

void Scheduler::sleep_until(Instant wake_up) {
  wait_until(wake_up, "sleep");
}

void Scheduler::pause(Duration least, Duration greatest) {
  sleep_until(now_ + chance_.duration(least, greatest));
}

void Scheduler::fire_due_timers() {
  while (!timers_.empty() && timers_.top().at <= now_) {
    const Waiter waiter = timers_.top().waiter;
    timers_.pop();
    if (waiter.fiber->wait == waiter.wait && waiter.fiber->state == Fiber::State::waiting) {
      enqueue(waiter.fiber);
    }
  }
}

bool Scheduler::advance_clock() {
  if (timers_.empty()) return false;
  now_ = std::max(now_, timers_.top().at);
  return true;
}

void Scheduler::fail(std::string what) {
  if (failure_) return;
  note([&] { return "FAILED: " + what; });
  failure_ = std::move(what);
}

std::string Scheduler::describe_stuck() const {
  std::string text = "deadlock: nothing runs and nothing will wake;";
  for (const auto& fiber : fibers_) {
    if (fiber->state == Fiber::State::gone) continue;
    text += " " + fiber->process->name() + "/" + fiber->name;
    if (fiber->process->frozen()) text += " (frozen)";
    if (!fiber->waits_for.empty()) text += " waits for " + std::string(fiber->waits_for) + ";";
  }
  return text;
}

std::vector<std::string> Scheduler::fibers_of(const Process& process) const {
  std::vector<std::string> names;
  for (const auto& fiber : fibers_) {
    if (fiber->process == &process && fiber->state != Fiber::State::gone) names.push_back(fiber->name);
  }
  return names;
}

Process& Scheduler::current_process() {
  assert(running_ != nullptr);
  return *running_->process;
}

void Scheduler::write_note(const std::string& text) {
  const double seconds = std::chrono::duration<double>(now_ - Instant(std::chrono::hours(1))).count();
  char time[32];
  static_cast<void>(std::snprintf(time, sizeof time, "%12.6f  ", seconds));
  const std::string who = running_ ? running_->process->name() + "/" + running_->name : "scheduler";
  trace_(time + who + ": " + text);
}

// Lets the waits of a process end without a notification, as after a jump of its clock.
void Scheduler::disturb(Process& process) {
  for (const auto& fiber : fibers_) {
    if (fiber->process == &process && fiber->state == Fiber::State::waiting) enqueue(fiber.get());
  }
}

void Scheduler::release_parked(Process& process) {
  for (Fiber* fiber : std::exchange(process.parked_, {})) runnable_.push_back(fiber);
}

void Scheduler::abandon_all(Process& process) {
  assert(running_ == nullptr || running_->process != &process);
  process.parked_.clear();
  std::erase_if(runnable_, [&](const Fiber* fiber) { return fiber->process == &process; });
  for (const auto& fiber : fibers_) {
    if (fiber->process != &process || fiber->state == Fiber::State::gone) continue;
    abandon(fiber.get());
    free_.push_back(fiber.get());
  }
}

}  // namespace tandem::sim
