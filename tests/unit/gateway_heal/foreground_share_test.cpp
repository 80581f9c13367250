#include "gateway/heal/foreground_share.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway_heal/sleeping_runtime.hpp"

namespace tandem::gateway {
namespace {

// The part of the time a healer works whose steps take `step`, while others do or do not.
double part_worked(double share, Duration step, const std::function<bool()>& others_at_work) {
  SleepingRuntime runtime;
  ForegroundShare foreground(runtime, share);
  const Instant begun = runtime.now();
  Duration worked{};
  while (worked < std::chrono::seconds(30)) {
    foreground.yield(others_at_work);
    runtime.now_ += step;
    worked += step;
  }
  return std::chrono::duration<double>(worked) / std::chrono::duration<double>(runtime.now() - begun);
}

TEST(ForegroundShare, IsLeftToOthersWhileTheyWork) {
  for (const auto step : {std::chrono::milliseconds(3), std::chrono::milliseconds(250)}) {
    EXPECT_NEAR(part_worked(0.5, step, [] { return true; }), 0.5, 0.03);
    EXPECT_NEAR(part_worked(0.8, step, [] { return true; }), 0.2, 0.03);
  }
}

TEST(ForegroundShare, IsNotTakenWhileNobodyElseWorks) {
  EXPECT_DOUBLE_EQ(part_worked(0.5, std::chrono::milliseconds(3), [] { return false; }), 1);
  EXPECT_DOUBLE_EQ(part_worked(0, std::chrono::milliseconds(3), [] { return true; }), 1);
}

TEST(ForegroundShare, NeverStopsHealing) {
  EXPECT_NEAR(part_worked(1, std::chrono::milliseconds(3), [] { return true; }), 0.05, 0.01);
}

TEST(ForegroundShare, HardlyEverLooks) {
  int looks = 0;
  part_worked(0.5, std::chrono::milliseconds(1), [&] { return ++looks > 0; });
  EXPECT_LT(looks, 300);
}

}  // namespace
}  // namespace tandem::gateway
