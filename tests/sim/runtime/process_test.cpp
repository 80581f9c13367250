#include "tests/sim/runtime/process.hpp"

#include <gtest/gtest.h>

#include "tests/sim/runtime/scheduler.hpp"

namespace tandem::sim {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Runs the body in a world and expects no failure.
RunReport in_a_world(std::uint64_t seed, const std::function<void(Scheduler&)>& body) {
  Scheduler scheduler(seed);
  RunReport report = scheduler.run([&] { body(scheduler); });
  EXPECT_FALSE(report.failure) << *report.failure;
  return report;
}

TEST(Process, ASignalWakesAWaiterOrItsDeadlinePasses) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    in_a_world(seed, [&](Scheduler& scheduler) {
      Process& process = scheduler.make_process("client");
      std::mutex mutex;
      bool ready = false;
      auto signal = process.make_signal();
      auto setter = process.spawn("setter", [&] {
        process.sleep_until(process.now() + milliseconds(20));
        const std::lock_guard lock(mutex);
        ready = true;
        signal->notify_all();
      });
      auto waiter = process.spawn("waiter", [&] {
        const Instant begun = process.now();
        std::unique_lock lock(mutex);
        while (!ready && signal->wait_until(lock, begun + milliseconds(10))) continue;
        EXPECT_FALSE(ready);
        EXPECT_GE(process.now(), begun + milliseconds(10));
        while (!ready) EXPECT_TRUE(signal->wait_until(lock, begun + seconds(9)));
        EXPECT_LT(process.now(), begun + seconds(1));
      });
    });
  }
}

TEST(Process, AFrozenProcessStandsStillAndItsClockGoesOn) {
  in_a_world(1, [](Scheduler& scheduler) {
    Process& process = scheduler.make_process("node");
    int rounds = 0;
    auto task = process.spawn("worker", [&] {
      for (; rounds < 100; ++rounds) process.sleep_until(process.now() + milliseconds(1));
    });
    scheduler.pause(milliseconds(10), milliseconds(10));
    process.freeze();
    const int before = rounds;
    const Instant then = process.now();
    scheduler.pause(hours(1), hours(1));
    EXPECT_EQ(rounds, before);
    EXPECT_GE(process.now(), then + hours(1));
    process.wake();
    task.reset();
    EXPECT_EQ(rounds, 100);
  });
}

TEST(Process, AKilledProcessNeverRunsAgainAndIsNotUnwound) {
  bool unwound = false;
  bool told = false;
  struct Trap {
    bool& sprung;
    ~Trap() { sprung = true; }
  };
  const RunReport report = in_a_world(1, [&](Scheduler& scheduler) {
    Process& process = scheduler.make_process("victim");
    int rounds = 0;
    for (int count = 0; count < 4; ++count) {
      scheduler.spawn(process, "worker", [&] {
        const Trap trap{unwound};
        while (true) {
          ++rounds;
          process.sleep_until(process.now() + milliseconds(1));
        }
      });
    }
    process.at_death([&] { told = true; });
    scheduler.pause(milliseconds(20), milliseconds(20));
    process.kill();
    const int before = rounds;
    EXPECT_GT(before, 0);
    scheduler.pause(hours(1), hours(1));
    EXPECT_EQ(rounds, before);
  });
  EXPECT_TRUE(told);
  EXPECT_FALSE(unwound);
  EXPECT_EQ(report.fibers_left, 0U);
}

TEST(Process, OthersGoOnWhenOneIsKilledWhileFrozen) {
  in_a_world(5, [](Scheduler& scheduler) {
    Process& victim = scheduler.make_process("victim");
    Process& other = scheduler.make_process("other");
    scheduler.spawn(victim, "worker", [&] {
      while (true) victim.sleep_until(victim.now() + milliseconds(1));
    });
    bool done = false;
    auto task = other.spawn("worker", [&] {
      other.sleep_until(other.now() + seconds(1));
      done = true;
    });
    victim.freeze();
    scheduler.pause(milliseconds(50), milliseconds(50));
    victim.kill();
    victim.wake();
    task.reset();
    EXPECT_TRUE(done);
  });
}

TEST(Process, ClocksDriftAndJump) {
  in_a_world(1, [](Scheduler& scheduler) {
    Process& fast = scheduler.make_process("fast");
    Process& jumpy = scheduler.make_process("jumpy");
    fast.set_drift(100'000);
    const Instant world_before = scheduler.now();
    const Instant before = fast.now();
    scheduler.pause(seconds(10), seconds(10));
    EXPECT_GE(fast.now() - before, seconds(11));
    EXPECT_LT(scheduler.now() - world_before, seconds(11));
    Duration slept{};
    auto task = jumpy.spawn("sleeper", [&] {
      const Instant begun = scheduler.now();
      jumpy.sleep_until(jumpy.now() + hours(1));
      slept = scheduler.now() - begun;
    });
    scheduler.pause(seconds(1), seconds(1));
    jumpy.jump_clock(hours(1));
    task.reset();
    EXPECT_LT(slept, seconds(2));
  });
}

TEST(Process, ClocksOfProcessesCannotBeCompared) {
  in_a_world(1, [](Scheduler& scheduler) {
    EXPECT_NE(scheduler.make_process("one").now(), scheduler.make_process("two").now());
  });
}

TEST(Process, RandomNumbersComeFromTheSeed) {
  std::vector<std::uint64_t> drawn;
  for (const std::uint64_t seed : {4U, 4U, 5U}) {
    in_a_world(seed, [&](Scheduler& scheduler) {
      drawn.push_back(random_number(scheduler.make_process("client")));
    });
  }
  EXPECT_EQ(drawn[0], drawn[1]);
  EXPECT_NE(drawn[0], drawn[2]);
}

TEST(Process, AHundredThousandSwitchesTakeMuchLessThanASecond) {
  const auto begun = std::chrono::steady_clock::now();
  const RunReport report = in_a_world(1, [](Scheduler& scheduler) {
    Process& process = scheduler.make_process("client");
    std::vector<std::unique_ptr<Task>> tasks;
    tasks.reserve(10);
    for (int fiber = 0; fiber < 10; ++fiber) {
      tasks.push_back(process.spawn("worker", [&] {
        for (int round = 0; round < 10'000; ++round) scheduler.pause(Duration(0), milliseconds(1));
      }));
    }
  });
  EXPECT_GE(report.steps, 100'000U);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(10));
}

}  // namespace
}  // namespace tandem::sim
