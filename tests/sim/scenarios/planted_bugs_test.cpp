// Each planted bug must be noticed within a bounded number of seeds: a check that finds nothing proves
// nothing.
#include <gtest/gtest.h>

#include "tests/sim/scenarios/scenario.hpp"

namespace tandem::sim {
namespace {

// The first seed that shows the bug, 0 when none does; the failure is kept in `found`.
std::uint64_t first_seed_that_fails(const Scenario& scenario, const PlantedBugs& bugs,
                                    std::uint64_t seeds_max, std::string& found) {
  for (std::uint64_t seed = 1; seed <= seeds_max; ++seed) {
    const RunOutcome outcome = run_scenario(scenario, seed, bugs, {});
    if (!outcome.failure) continue;
    found = *outcome.failure;
    return seed;
  }
  return 0;
}

void expect_caught(const Scenario& scenario, const PlantedBugs& bugs, std::uint64_t seeds_max) {
  std::string found;
  const std::uint64_t seed = first_seed_that_fails(scenario, bugs, seeds_max, found);
  EXPECT_NE(seed, 0U) << "not noticed within " << seeds_max << " seeds of " << scenario.name;
  testing::Test::RecordProperty("seeds_needed", static_cast<int>(seed));
  if (seed == 0) return;
  EXPECT_FALSE(run_scenario(scenario, seed, {}, {}).failure)
      << "seed " << seed << " fails without the bug too";
  std::printf("noticed at seed %llu: %.200s\n", static_cast<unsigned long long>(seed), found.c_str());
}

void expect_caught(std::string_view scenario, const PlantedBugs& bugs, std::uint64_t seeds_max) {
  expect_caught(*find_scenario(scenario), bugs, seeds_max);
}

// Many clients on very few names, and a catalogue that takes its time: for what needs two commits to cross.
Scenario crowded(std::string_view name, std::uint32_t paths) {
  Scenario scenario = *find_scenario(name);
  scenario.clients = 4;
  scenario.workload.paths = paths;
  scenario.workload.operations = 60;
  scenario.catalogue.slow = 0.3;
  scenario.catalogue.slow_max = std::chrono::milliseconds(20);
  return scenario;
}

// Clients that stand still for longer than their lease, or are taken for dead, while others go on and take
// over what they left.
Scenario frozen_for_long() {
  Scenario scenario = *find_scenario("files-clients");
  scenario.clients = 5;
  scenario.workload.operations = 150;
  scenario.faults = {.freeze_client = 1, .every_max = std::chrono::milliseconds(500)};
  scenario.catalogue.slow = 0.5;
  scenario.catalogue.slow_max = std::chrono::milliseconds(50);
  scenario.catalogue.declare_dead = 0.3;
  return scenario;
}

// Copies that are healed while the same few files are written: nodes die all the time.
Scenario healed_while_written() {
  Scenario scenario = crowded("files-nodes", 1);
  scenario.faults.every_max = std::chrono::milliseconds(200);
  return scenario;
}

// Few names, and settle calls that come late (but in time for their sender, so that nobody is put out) and
// once more.
Scenario settled_late() {
  Scenario scenario = *find_scenario("moves-network");
  scenario.clients = 4;
  scenario.workload.operations = 40;
  scenario.workload.paths = 2;
  scenario.workload.pause_max = std::chrono::milliseconds(300);
  scenario.faults = {};
  scenario.network = {.late = 0.3, .late_max = std::chrono::milliseconds(800), .repeat = 0.3};
  return scenario;
}

// Two names of few clients, which come and go, and bytes that arrive when they count as missing already, with
// calls made once more long after. Runs are short, so that there is room for many.
Scenario staged_too_late() {
  Scenario scenario = *find_scenario("moves-network");
  scenario.clients = 2;
  scenario.workload.operations = 40;
  scenario.workload.paths = 2;
  scenario.workload.pause_max = std::chrono::seconds(1);
  scenario.faults = {};
  scenario.network = {.late = 0.1, .late_max = std::chrono::seconds(8), .repeat = 0.8};
  return scenario;
}

TEST(PlantedBugs, MarksLeftOutOfCommits) {
  PlantedBugs bugs;
  bugs.marks_forgotten = true;
  expect_caught("files-nodes", bugs, 200);
}

TEST(PlantedBugs, RecordsThatMayBeOverwrittenByOldOnes) {
  PlantedBugs bugs;
  bugs.record_guards_ignored = true;
  expect_caught("files-calm", bugs, 200);
}

TEST(PlantedBugs, NamesThatMayBeTakenTwice) {
  PlantedBugs bugs;
  bugs.name_guards_ignored = true;
  expect_caught("names-calm", bugs, 100);
}

TEST(PlantedBugs, DirectoriesRemovedWithSomethingInThem) {
  PlantedBugs bugs;
  bugs.emptiness_ignored = true;
  expect_caught(crowded("names-calm", 1), bugs, 200);
}

TEST(PlantedBugs, EntriesMadeInRemovedDirectories) {
  PlantedBugs bugs;
  bugs.presence_ignored = true;
  bugs.record_guards_ignored = true;
  expect_caught(crowded("names-calm", 1), bugs, 200);
}

TEST(PlantedBugs, MovesOfDirectoriesThatDoNotExcludeEachOther) {
  PlantedBugs bugs;
  bugs.directory_move_ignored = true;
  expect_caught(crowded("directories-calm", 2), bugs, 100);
}

TEST(PlantedBugs, AnswersBeforeAnythingIsDurable) {
  PlantedBugs bugs;
  bugs.answered_before_durable = true;
  expect_caught("files-nodes", bugs, 200);
}

TEST(PlantedBugs, SettlesAnsweredButNotDone) {
  PlantedBugs bugs;
  bugs.settles_forgotten = true;
  expect_caught("files-calm", bugs, 200);
}

TEST(PlantedBugs, ClientsWhoseSessionIsDeadGoOn) {
  PlantedBugs bugs;
  bugs.sessions_ignored = true;
  expect_caught(frozen_for_long(), bugs, 300);
}

TEST(PlantedBugs, MarksErasedThoughTheRecordChangedMeanwhile) {
  PlantedBugs bugs;
  bugs.heal_leases_forgotten = true;  // harmless by itself: the guards decide, not the leases
  bugs.mark_guards_ignored = true;
  expect_caught(healed_while_written(), bugs, 600);
}

TEST(PlantedBugs, TheLaterClockWins) {
  PlantedBugs bugs;
  bugs.clocks_decide = true;
  expect_caught("files-clocks", bugs, 200);
}

TEST(PlantedBugs, AnUnknownOutcomeToldAsARefusal) {
  PlantedBugs bugs;
  bugs.unknown_called_refused = true;
  expect_caught("files-catalogue", bugs, 200);
}

TEST(PlantedBugs, ChangesOfOthersThatAreNotTold) {
  PlantedBugs bugs;
  bugs.history_incomplete = true;
  expect_caught("files-calm", bugs, 200);
}

TEST(PlantedBugs, BytesOfAnEarlierRead) {
  PlantedBugs bugs;
  bugs.old_bytes_handed_out = true;
  expect_caught("moves-calm", bugs, 200);
}

TEST(PlantedBugs, AnOldBackupTakenForCurrent) {
  PlantedBugs bugs;
  bugs.filling_skipped = true;
  expect_caught("files-backups", bugs, 200);
}

TEST(PlantedBugs, CallsServedThatAreMeantForAnother) {
  PlantedBugs bugs;
  bugs.identity_ignored = true;
  expect_caught("files-backups", bugs, 200);
}

TEST(PlantedBugs, CallsWithoutADeadline) {
  PlantedBugs bugs;
  bugs.waits_forever = true;
  expect_caught("files-network", bugs, 200);
}

// The rules of a settle, left out on every node: tests/sim/settle shows each on one node alone.
struct Rule {
  const char* name;
  bool storaged::SettleRules::*rule;
  Scenario (*scenario)();
};

class SettleRules : public testing::TestWithParam<Rule> {};

TEST_P(SettleRules, AreNeededByTheWholeCluster) {
  PlantedBugs bugs;
  bugs.settle_rules.*GetParam().rule = false;
  expect_caught(GetParam().scenario(), bugs, 2000);
}

using Rules = storaged::SettleRules;

INSTANTIATE_TEST_SUITE_P(
    Each, SettleRules,
    testing::Values(Rule{"ClaimsStand", &Rules::claims_stand, settled_late},
                    Rule{"GreaterRevisionKeepsPath", &Rules::greater_revision_keeps_path, settled_late},
                    Rule{"EmptyDirectoriesRemoved", &Rules::empty_directories_removed, settled_late},
                    Rule{"ToldRevisionsRemembered", &Rules::told_revisions_remembered, settled_late},
                    Rule{"SourcesChecked", &Rules::sources_checked, staged_too_late}),
    [](const auto& rule) { return std::string(rule.param.name); });

}  // namespace
}  // namespace tandem::sim
