#include "gateway/heal/pace.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway_heal/sleeping_runtime.hpp"

namespace tandem::gateway {
namespace {

TEST(Pace, KeepsTheRateOverManySteps) {
  SleepingRuntime runtime;
  Pace pace(runtime, 10 << 20);
  const Instant begin = runtime.now();
  for (int step = 0; step < 50; ++step) pace.spend(1 << 20);
  EXPECT_NEAR(std::chrono::duration<double>(runtime.now() - begin).count(), 5.0, 0.01);
}

TEST(Pace, DoesNotSaveUpWhatWasNotUsed) {
  SleepingRuntime runtime;
  Pace pace(runtime, 1 << 20);
  pace.spend(1 << 20);
  runtime.now_ += std::chrono::minutes(10);
  const Instant begin = runtime.now();
  pace.spend(1 << 20);
  EXPECT_NEAR(std::chrono::duration<double>(runtime.now() - begin).count(), 1.0, 0.01);
}

TEST(Pace, WithoutARateNeverWaits) {
  SleepingRuntime runtime;
  Pace pace(runtime, 0);
  const Instant begin = runtime.now();
  pace.spend(std::uint64_t{1} << 40);
  EXPECT_EQ(runtime.now(), begin);
  EXPECT_EQ(pace.step_bytes(), 1U << 20);
}

TEST(Pace, StepsAreSmallWhereTheRateIsLow) {
  SleepingRuntime runtime;
  EXPECT_EQ(Pace(runtime, 1000).step_bytes(), 64U << 10);
  EXPECT_EQ(Pace(runtime, 5 << 20).step_bytes(), (5U << 20) / 10);
  EXPECT_EQ(Pace(runtime, std::uint64_t{1} << 40).step_bytes(), 1U << 20);
}

}  // namespace
}  // namespace tandem::gateway
