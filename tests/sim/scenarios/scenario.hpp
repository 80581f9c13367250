// Scenarios by name: what the clients do and which faults come how often. One seed and one name make one run.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/world/planted_bugs.hpp"
#include "tests/sim/world/workload.hpp"
#include "tests/sim/world/world.hpp"

namespace tandem::sim {

// How often each kind of event comes, relative to the others; 0: never.
struct FaultWeights {
  std::uint32_t kill_node = 0;
  std::uint32_t cut_power = 0;
  std::uint32_t freeze_node = 0;
  std::uint32_t partition = 0;
  std::uint32_t kill_client = 0;
  std::uint32_t freeze_client = 0;
  std::uint32_t disturb_clock = 0;
  std::uint32_t stop_node = 0;  // in order
  std::uint32_t disturb_node_clock = 0;
  std::uint32_t fill_disk = 0;
  std::uint32_t flip_bit = 0;
  std::uint32_t back_up_node = 0;
  std::uint32_t put_back_backup = 0;  // only where the rest of the pair has everything
  std::uint32_t wipe_node = 0;        // dito
  Duration every_max = std::chrono::milliseconds(900);

  std::uint32_t sum() const {
    return kill_node + cut_power + freeze_node + partition + kill_client + freeze_client + disturb_clock +
           stop_node + disturb_node_clock + fill_disk + flip_bit + back_up_node + put_back_backup + wipe_node;
  }
};

struct Scenario {
  std::string name{};
  Workload workload{};
  std::uint32_t clients = 3;
  FaultWeights faults{};
  NetworkFaults network{};
  CatalogueFaults catalogue{};
  DiskFaults disk{};
  NodeSettings nodes{};
};

const std::vector<Scenario>& all_scenarios();
const Scenario* find_scenario(std::string_view name);

struct RunOutcome {
  std::optional<std::string> failure{};
  std::uint64_t hash = 0;
  std::uint64_t steps = 0;
  History history{};
  std::uint64_t undecided = 0;  // histories with too many orders to try
  std::uint64_t commits = 0;
  std::uint64_t calls = 0;  // to nodes
  Duration virtual_time{};
};

RunOutcome run_scenario(const Scenario& scenario, std::uint64_t seed, const PlantedBugs& bugs,
                        const Scheduler::TraceSink& trace);

}  // namespace tandem::sim
