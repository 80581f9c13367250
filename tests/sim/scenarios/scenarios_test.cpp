#include <gtest/gtest.h>

#include "tests/sim/scenarios/scenario.hpp"

namespace tandem::sim {
namespace {

constexpr std::uint64_t seeds = 12;  // of each scenario, in the default suite; `./dev sim` runs more

class Scenarios : public testing::TestWithParam<Scenario> {};

TEST_P(Scenarios, KeepAllInvariants) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const RunOutcome outcome = run_scenario(GetParam(), seed, {}, {});
    ASSERT_FALSE(outcome.failure) << *outcome.failure << "\nreplay: ./dev sim --scenario " << GetParam().name
                                  << " --from " << seed << " --seeds 1 --trace";
    EXPECT_GT(outcome.history.size(), 10U);
    EXPECT_GT(outcome.commits, 5U);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Scenarios, testing::ValuesIn(all_scenarios()), [](const auto& scenario) {
  std::string name = scenario.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(ScenarioRuns, TheSameSeedGivesTheSameRunStepByStep) {
  const Scenario& scenario = *find_scenario("files-everything");
  const RunOutcome one = run_scenario(scenario, 42, {}, {});
  const RunOutcome two = run_scenario(scenario, 42, {}, {});
  EXPECT_EQ(one.hash, two.hash);
  EXPECT_EQ(one.steps, two.steps);
  EXPECT_EQ(one.history.size(), two.history.size());
  EXPECT_NE(one.hash, run_scenario(scenario, 43, {}, {}).hash);
}

TEST(ScenarioRuns, ATraceDoesNotChangeTheRun) {
  const Scenario& scenario = *find_scenario("files-nodes");
  std::size_t lines = 0;
  const RunOutcome traced = run_scenario(scenario, 5, {}, [&](std::string_view) { ++lines; });
  EXPECT_EQ(traced.hash, run_scenario(scenario, 5, {}, {}).hash);
  EXPECT_GT(lines, 100U);
}

}  // namespace
}  // namespace tandem::sim
