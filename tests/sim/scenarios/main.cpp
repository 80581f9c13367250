// tandem_sim: runs scenarios over seeds; replays one with a trace. `./dev sim` starts it.
#include <CLI/CLI.hpp>
#include <iostream>

#include "tests/sim/scenarios/campaign.hpp"

namespace {

using tandem::sim::Campaign;
using tandem::sim::Scenario;

// Every scenario whose name begins so; all when it is empty.
std::vector<Scenario> chosen(const std::string& beginning) {
  std::vector<Scenario> scenarios;
  for (const Scenario& scenario : tandem::sim::all_scenarios()) {
    if (scenario.name.starts_with(beginning)) scenarios.push_back(scenario);
  }
  return scenarios;
}

int refuse(const std::string& what) {
  std::cerr << "tandem_sim: " << what << "\n";
  return 64;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Runs the whole gateway under seeded faults, in one process.");
  Campaign campaign;
  std::string name;
  bool list = false;
  app.add_option("--scenario", name, "only those whose name begins so");
  app.add_option("--seeds", campaign.seeds, "how many seeds of each scenario");
  app.add_option("--from", campaign.first_seed, "the first seed");
  app.add_option("--minutes", campaign.minutes, "go on with further seeds for so long");
  app.add_option("--operations", campaign.changes.operations, "of each fiber, in place of the scenario's");
  app.add_option("--fibers", campaign.changes.fibers, "of each client, in place of the scenario's");
  app.add_option("--clients", campaign.changes.clients, "in place of the scenario's");
  app.add_option("--without", campaign.changes.without, "leave out a fault, by name")
      ->allow_extra_args(false);
  app.add_flag("--trace", campaign.trace, "tell what happens, line by line");
  app.add_flag("--keep-going", campaign.keep_going, "do not stop at the first failure");
  app.add_flag("--list", list, "name the scenarios, each with its faults");
  CLI11_PARSE(app, argc, argv);
  if (list) {
    for (const Scenario& scenario : tandem::sim::all_scenarios()) {
      std::string line = scenario.name + ":";
      for (const std::string& fault : tandem::sim::faults_of(scenario)) line += " " + fault;
      std::cout << line << "\n";
    }
    return 0;
  }
  campaign.scenarios = chosen(name);
  if (campaign.scenarios.empty()) return refuse("no scenario's name begins with '" + name + "' (see --list)");
  if (campaign.seeds == 0) return refuse("--seeds has to be at least 1");
  for (const std::string& fault : campaign.changes.without) {
    if (!tandem::sim::is_fault(fault)) return refuse("no fault is named '" + fault + "' (see --list)");
  }
  return tandem::sim::run_campaign(campaign) == 0 ? 0 : 1;
}
