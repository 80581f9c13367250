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
    {"directories-worst", 21},   {"files-backups", 3},  {"files-disks", 111},    {"files-everything", 1178},
    {"files-everything", 20178}, {"files-network", 30}, {"files-network", 1020}, {"files-network", 1223},
    {"files-rot", 18},           {"files-rot", 20},     {"moves-backups", 5},    {"moves-everything", 1146},
    {"moves-nodes", 11},         {"moves-rot", 5},      {"names-catalogue", 24}, {"names-disks", 5088},
    {"names-everything", 1159},
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
