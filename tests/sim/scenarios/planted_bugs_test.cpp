// Each planted bug must be noticed within a bounded number of seeds: a check that finds nothing proves
// nothing.
#include <gtest/gtest.h>

#include "tests/sim/scenarios/scenario.hpp"

namespace tandem::sim {
namespace {

// The first seed that shows the bug, 0 when none does; the failure is kept in `found`.
std::uint64_t first_seed_that_fails(std::string_view scenario, const PlantedBugs& bugs,
                                    std::uint64_t seeds_max, std::string& found) {
  for (std::uint64_t seed = 1; seed <= seeds_max; ++seed) {
    const RunOutcome outcome = run_scenario(*find_scenario(scenario), seed, bugs, {});
    if (!outcome.failure) continue;
    found = *outcome.failure;
    return seed;
  }
  return 0;
}

void expect_caught(std::string_view scenario, const PlantedBugs& bugs, std::uint64_t seeds_max) {
  std::string found;
  const std::uint64_t seed = first_seed_that_fails(scenario, bugs, seeds_max, found);
  EXPECT_NE(seed, 0U) << "not noticed within " << seeds_max << " seeds of " << scenario;
  testing::Test::RecordProperty("seeds_needed", static_cast<int>(seed));
  if (seed != 0)
    std::printf("noticed at seed %llu: %.200s\n", static_cast<unsigned long long>(seed), found.c_str());
}

TEST(PlantedBugs, MarksLeftOutOfCommits) {
  PlantedBugs bugs;
  bugs.marks_forgotten = true;
  expect_caught("files-nodes", bugs, 20);
}

TEST(PlantedBugs, RecordsThatMayBeOverwrittenByOldOnes) {
  PlantedBugs bugs;
  bugs.record_guards_ignored = true;
  expect_caught("files-calm", bugs, 20);
}

TEST(PlantedBugs, NamesThatMayBeTakenTwice) {
  PlantedBugs bugs;
  bugs.name_guards_ignored = true;
  expect_caught("names-calm", bugs, 20);
}

TEST(PlantedBugs, DirectoriesRemovedWithSomethingInThem) {
  PlantedBugs bugs;
  bugs.emptiness_ignored = true;
  expect_caught("names-calm", bugs, 40);
}

TEST(PlantedBugs, EntriesMadeInRemovedDirectories) {
  PlantedBugs bugs;
  bugs.presence_ignored = true;
  bugs.record_guards_ignored = true;
  expect_caught("names-calm", bugs, 40);
}

TEST(PlantedBugs, MovesOfDirectoriesThatDoNotExcludeEachOther) {
  PlantedBugs bugs;
  bugs.directory_move_ignored = true;
  expect_caught("moves-calm", bugs, 300);
}

TEST(PlantedBugs, AnswersBeforeAnythingIsDurable) {
  PlantedBugs bugs;
  bugs.answered_before_durable = true;
  expect_caught("files-nodes", bugs, 40);
}

TEST(PlantedBugs, SettlesAnsweredButNotDone) {
  PlantedBugs bugs;
  bugs.settles_forgotten = true;
  expect_caught("files-calm", bugs, 20);
}

TEST(PlantedBugs, ClientsWhoseSessionIsDeadGoOn) {
  PlantedBugs bugs;
  bugs.sessions_ignored = true;
  expect_caught("files-everything", bugs, 60);
}

TEST(PlantedBugs, CommitsStagedOnAnEarlierLifeOfANode) {
  PlantedBugs bugs;
  bugs.pairs_ignored = true;
  bugs.lives_ignored = true;
  expect_caught("files-nodes", bugs, 100);
}

}  // namespace
}  // namespace tandem::sim
