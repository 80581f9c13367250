// Runs that once broke an invariant. Each stays here as it was found; a scenario's name and a seed make the
// same run as long as the scenario draws the same numbers, so a new kind of fault gets a new scenario.
#include <gtest/gtest.h>

#include "tests/sim/scenarios/scenario.hpp"

namespace tandem::sim {
namespace {

struct Regression {
  std::string_view scenario;
  std::uint64_t seed;
};

constexpr Regression regressions[] = {
    {"files-backups", 24},       {"files-disks", 111},       {"files-everything", 1178},
    {"files-everything", 20178}, {"files-network", 30},      {"files-network", 31},
    {"files-network", 1020},     {"files-network", 1223},    {"files-watch", 300076},
    {"files-worst", 300047},     {"files-worst", 300085},    {"locks-catalogue", 7000263},
    {"moves-backups", 6},        {"moves-clocks", 300034},   {"moves-everything", 1146},
    {"moves-nodes", 11},         {"moves-rot", 3},           {"moves-worst", 126},
    {"moves-worst", 500021},     {"names-backups", 3},       {"names-catalogue", 24},
    {"names-disks", 5088},       {"names-everything", 1159}, {"names-rot", 4},
    {"names-rot", 17},           {"names-worst", 13},        {"names-worst", 51},
};

TEST(Regressions, StayMended) {
  for (const auto& [name, seed] : regressions) {
    const Scenario* scenario = find_scenario(name);
    ASSERT_NE(scenario, nullptr) << name;
    const RunOutcome outcome = run_scenario(*scenario, seed, {}, {});
    EXPECT_FALSE(outcome.failure) << *outcome.failure << "\nreplay: ./dev sim --scenario " << name
                                  << " --from " << seed << " --seeds 1 --trace";
  }
}

}  // namespace
}  // namespace tandem::sim
