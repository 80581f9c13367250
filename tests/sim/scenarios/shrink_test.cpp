#include "tests/sim/scenarios/shrink.hpp"

#include <gtest/gtest.h>

namespace tandem::sim {
namespace {

TEST(Shrink, LeavesOfAFailureOnlyWhatItNeeds) {
  const Scenario& scenario = *find_scenario("files-everything");
  PlantedBugs bugs;
  bugs.settles_forgotten = true;
  std::uint64_t seed = 1;
  RunOutcome outcome = run_scenario(scenario, seed, bugs, {});
  while (!outcome.failure && seed < 60) outcome = run_scenario(scenario, ++seed, bugs, {});
  ASSERT_TRUE(outcome.failure);
  const Shrunk shrunk = shrink(scenario, seed, outcome, bugs, 1000);
  ASSERT_TRUE(shrunk.outcome.failure);
  EXPECT_LT(shrunk.outcome.history.size(), outcome.history.size() / 2);
  EXPECT_LT(faults_of(changed(scenario, shrunk.changes)).size(), faults_of(scenario).size())
      << as_options(shrunk.changes);
  EXPECT_FALSE(tell_history(shrunk.outcome).empty());
  const RunOutcome again = run_scenario(changed(scenario, shrunk.changes), shrunk.seed, bugs, {});
  EXPECT_EQ(again.failure, shrunk.outcome.failure) << "the options told do not replay it";
  std::printf("from %zu operations to %zu:%s\n", outcome.history.size(), shrunk.outcome.history.size(),
              as_options(shrunk.changes).c_str());
}

TEST(Changes, KnowEveryFaultByItsName) {
  for (const Scenario& scenario : all_scenarios()) {
    Changes changes;
    changes.without = faults_of(scenario);
    for (const std::string& name : changes.without) EXPECT_TRUE(is_fault(name));
    const Scenario calm = changed(scenario, changes);
    EXPECT_EQ(calm.faults.sum(), 0U) << scenario.name;
    EXPECT_TRUE(faults_of(calm).empty());
  }
  EXPECT_FALSE(is_fault("earthquake"));
  EXPECT_EQ(as_options({.operations = 3, .without = {"late", "repeat"}}),
            " --operations 3 --without late --without repeat");
}

}  // namespace
}  // namespace tandem::sim
