// Many runs one after the other, in child processes: what a killed simulated process leaves in memory goes
// with them, and a run that stops at an assertion is a finding like any other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/scenarios/changes.hpp"

namespace tandem::sim {

struct Campaign {
  std::vector<Scenario> scenarios{};
  Changes changes{};  // made to each
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 100;               // of each scenario
  std::optional<std::uint64_t> minutes{};  // goes on with further seeds until then
  bool trace = false;
  bool keep_going = false;  // behind a failure
};

// Tells what it finds on standard output; the number of runs that failed.
std::uint64_t run_campaign(const Campaign& campaign);

}  // namespace tandem::sim
