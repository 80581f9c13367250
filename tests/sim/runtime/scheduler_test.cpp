#include "tests/sim/runtime/scheduler.hpp"

#include <gtest/gtest.h>

#include <mutex>

#include "tests/sim/runtime/process.hpp"

namespace tandem::sim {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Three processes whose fibers sleep, signal and draw numbers; the order of their steps is what differs.
RunReport busy_run(std::uint64_t seed, std::vector<int>* order = nullptr) {
  Scheduler scheduler(seed);
  std::vector<int> ignored;
  std::vector<int>& seen = order ? *order : ignored;
  return scheduler.run([&] {
    std::vector<std::unique_ptr<Task>> tasks;
    for (int number = 0; number < 3; ++number) {
      Process& process = scheduler.make_process("p" + std::to_string(number));
      for (int fiber = 0; fiber < 3; ++fiber) {
        tasks.push_back(process.spawn("worker", [&, number, fiber] {
          for (int round = 0; round < 20; ++round) {
            scheduler.pause(Duration(0), milliseconds(3));
            seen.push_back(number * 10 + fiber);
          }
        }));
      }
    }
    tasks.clear();
  });
}

TEST(Scheduler, TheSameSeedGivesTheSameRun) {
  std::vector<int> first;
  std::vector<int> second;
  const RunReport one = busy_run(7, &first);
  const RunReport two = busy_run(7, &second);
  EXPECT_EQ(one.hash, two.hash);
  EXPECT_EQ(one.steps, two.steps);
  EXPECT_EQ(first, second);
  EXPECT_FALSE(one.failure);
  EXPECT_EQ(one.fibers_left, 0U);
}

TEST(Scheduler, OtherSeedsGiveOtherOrders) {
  std::vector<int> first;
  std::vector<int> second;
  EXPECT_NE(busy_run(1, &first).hash, busy_run(2, &second).hash);
  EXPECT_NE(first, second);
}

TEST(Scheduler, TimeJumpsToTheNextWakeUp) {
  Scheduler scheduler(1);
  const RunReport report =
      scheduler.run([&] { scheduler.world().sleep_until(scheduler.now() + hours(1000)); });
  EXPECT_FALSE(report.failure);
  EXPECT_GE(report.virtual_time, hours(1000));
  EXPECT_LT(report.steps, 10U);
}

TEST(Scheduler, ADeadlockIsReportedWithTheNamesOfWhoWaits) {
  Scheduler scheduler(1);
  const RunReport report = scheduler.run([&] {
    auto task = scheduler.make_process("client").spawn(
        "reader", [&] { scheduler.wait_until(Instant::max(), "nobody"); });
  });
  ASSERT_TRUE(report.failure);
  EXPECT_NE(report.failure->find("deadlock"), std::string::npos);
  EXPECT_NE(report.failure->find("client/reader waits for nobody"), std::string::npos);
  EXPECT_NE(report.failure->find("world/root waits for end of reader"), std::string::npos);
}

TEST(Scheduler, AnEndlessLoopIsReported) {
  Scheduler scheduler(1, {.steps_max = 1000});
  const RunReport report = scheduler.run([&] {
    while (true) scheduler.yield();
  });
  ASSERT_TRUE(report.failure);
  EXPECT_NE(report.failure->find("does not end"), std::string::npos);
}

TEST(Scheduler, AFailureEndsTheRunAndAnExceptionIsOne) {
  Scheduler scheduler(1);
  const RunReport report = scheduler.run([&] {
    auto task = scheduler.world().spawn("thrower", [] { throw std::runtime_error("boom"); });
    while (true) scheduler.yield();
  });
  ASSERT_TRUE(report.failure);
  EXPECT_NE(report.failure->find("thrower: boom"), std::string::npos);
  EXPECT_EQ(report.fibers_left, 1U);
}

TEST(Scheduler, FibersLeftOverAreCounted) {
  Scheduler scheduler(1);
  const RunReport report = scheduler.run([&] {
    scheduler.spawn(scheduler.world(), "forgotten",
                    [&] { scheduler.sleep_until(scheduler.now() + hours(1)); });
    scheduler.pause(seconds(1), seconds(1));
  });
  EXPECT_EQ(report.fibers_left, 1U);
}

TEST(Scheduler, TheTraceDoesNotChangeTheRun) {
  const auto run = [](bool traced) {
    Scheduler scheduler(3);
    std::vector<std::string> lines;
    if (traced) scheduler.trace_to([&](std::string_view line) { lines.emplace_back(line); });
    const RunReport report = scheduler.run([&] {
      scheduler.pause(milliseconds(1), milliseconds(9));
      scheduler.note([] { return std::string("something happened"); });
    });
    EXPECT_EQ(lines.size(), traced ? 1U : 0U);
    if (traced) {
      EXPECT_NE(lines.front().find("world/root: something happened"), std::string::npos);
    }
    return report.hash;
  };
  EXPECT_EQ(run(true), run(false));
}

TEST(SchedulerDeathTest, AMutexHeldAcrossAWaitIsCaught) {
  EXPECT_DEATH(
      {
        Scheduler scheduler(1);
        std::mutex mutex;
        static_cast<void>(scheduler.run([&] {
          const std::lock_guard lock(mutex);
          scheduler.yield();
        }));
      },
      "held across a wait");
}

}  // namespace
}  // namespace tandem::sim
