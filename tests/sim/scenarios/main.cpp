// tandem_sim: runs scenarios over seeds; replays one with a trace. `./dev sim` starts it.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "tests/sim/scenarios/campaign.hpp"

namespace {

using tandem::sim::Campaign;
using tandem::sim::Scenario;

// Every scenario whose name begins so; all when it is empty.
std::vector<Scenario> chosen(const std::string& beginning, std::uint32_t operations) {
  std::vector<Scenario> scenarios;
  for (const Scenario& scenario : tandem::sim::all_scenarios()) {
    if (!scenario.name.starts_with(beginning)) continue;
    scenarios.push_back(scenario);
    if (operations > 0) scenarios.back().workload.operations = operations;
  }
  return scenarios;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Runs the whole gateway under seeded faults, in one process.");
  Campaign campaign;
  std::string name;
  std::uint32_t operations = 0;
  bool list = false;
  app.add_option("--scenario", name, "only those whose name begins so");
  app.add_option("--seeds", campaign.seeds, "how many seeds of each scenario");
  app.add_option("--from", campaign.first_seed, "the first seed");
  app.add_option("--minutes", campaign.minutes, "go on with further seeds for so long");
  app.add_option("--operations", operations, "operations of each fiber, in place of the scenario's");
  app.add_flag("--trace", campaign.trace, "tell what happens, line by line");
  app.add_flag("--keep-going", campaign.keep_going, "do not stop at the first failure");
  app.add_flag("--list", list, "name the scenarios");
  CLI11_PARSE(app, argc, argv);
  if (list) {
    for (const Scenario& scenario : tandem::sim::all_scenarios()) std::puts(scenario.name.c_str());
    return 0;
  }
  const std::vector<Scenario> scenarios = chosen(name, operations);
  if (scenarios.empty() || campaign.seeds == 0) {
    std::fputs("tandem_sim: no such scenario (see --list)\n", stderr);
    return 64;
  }
  for (const Scenario& scenario : scenarios) campaign.scenarios.push_back(&scenario);
  return tandem::sim::run_campaign(campaign) == 0 ? 0 : 1;
}
