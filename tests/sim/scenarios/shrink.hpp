// Makes a run that fails smaller: fewer operations, fibers, clients and kinds of faults, as long as one of a
// few seeds still fails in the same way.
#pragma once

#include "tests/sim/scenarios/changes.hpp"

namespace tandem::sim {

struct Shrunk {
  Changes changes{};
  std::uint64_t seed = 0;
  RunOutcome outcome{};
};

// `outcome` is that of the scenario with that seed, a failure. Takes at most `runs_max` runs.
Shrunk shrink(const Scenario& scenario, std::uint64_t seed, const RunOutcome& outcome,
              const PlantedBugs& bugs, std::uint64_t runs_max);

// For a person: what the clients asked and were told, the last lines when there are many.
std::string tell_history(const RunOutcome& outcome);

}  // namespace tandem::sim
