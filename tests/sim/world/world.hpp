// A whole cluster in one process: nodes in pairs, the catalogue between them, and client processes that run
// the real gateway. Lives as long as its scheduler; made and used inside the scheduler's run.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/store/open_store.hpp"
#include "tests/sim/network/network.hpp"
#include "tests/sim/runtime/scheduler.hpp"
#include "tests/sim/world/invariant_watch.hpp"
#include "tests/sim/world/ledger.hpp"
#include "tests/sim/world/planted_bugs.hpp"
#include "tests/sim/world/sim_catalogue.hpp"
#include "tests/sim/world/sim_node.hpp"

namespace tandem::sim {

struct WorldSettings {
  std::uint32_t pairs = 2;
  std::uint32_t members = 2;
  std::uint32_t write_quorum = 1;
  std::uint64_t backlog_names = 1'000'000;
  NodeSettings nodes{};
  PlantedBugs bugs{};
};

struct Client {
  std::string name{};
  Process* process = nullptr;
  std::shared_ptr<support::MemoryClient> engine{};
  bool finished = false;  // closed its store in order
  bool was_frozen = false;
  bool running() const { return process->alive() && !finished; }
};

class World {
 public:
  World(Scheduler& scheduler, const WorldSettings& settings);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Starts all nodes and makes the cluster of them.
  Status build();

  // A client process that opens a store, runs `body` and closes.
  using Body = std::function<void(Client&, gateway::Store&)>;
  Client& start_client(const std::string& name, gateway::Store::Lifetime lifetime, Body body);
  void kill(Client& client);
  void freeze(Client& client);
  void wake(Client& client);

  // No more faults of any kind; whoever is frozen, cut off or down comes back.
  void end_faults();
  void set_network_faults(const NetworkFaults& faults) { network_.set_faults(faults); }
  void set_catalogue_faults(const CatalogueFaults& faults) { catalogue_faults_ = faults; }
  void set_disk_faults(const DiskFaults& faults);

  // False when it does not become true within that much of the world's time.
  bool wait_until(const std::function<bool()>& condition, Duration at_most);
  bool all_nodes_answer() const;

  Scheduler& scheduler() { return scheduler_; }
  Network& network() { return network_; }
  support::MemoryCatalogue& catalogue() { return catalogue_; }
  const ClusterId& cluster() const { return cluster_; }
  const gateway::Config& config() const { return config_; }
  std::vector<std::unique_ptr<SimNode>>& nodes() { return nodes_; }
  std::vector<std::unique_ptr<Client>>& clients() { return clients_; }
  std::vector<SimNode*> partners_of(const SimNode& node);  // the other members of its pair
  const InvariantWatch& watch() const { return watch_; }
  const Ledger& ledger() const { return ledger_; }
  const PlantedBugs& bugs() const { return settings_.bugs; }

  // A commit of somebody who is no client: of a person at the catalogue.
  Result<gateway::Commit> commit(const gateway::Transaction& transaction);
  // Somebody is at work whom the end of the faults has to wait for.
  std::uint32_t people_at_work = 0;

 private:
  void live(Client& client, gateway::Store::Lifetime lifetime, const Body& body);
  Result<std::unique_ptr<gateway::Store>> open(Client& client, gateway::Store::Lifetime lifetime);
  Status create_cluster();

  Scheduler& scheduler_;
  const WorldSettings settings_;
  Ledger ledger_{};
  Network network_;
  support::MemoryCatalogue catalogue_;
  CatalogueFaults catalogue_faults_{};
  InvariantWatch watch_;
  gateway::Config config_{};
  ClusterId cluster_{};
  std::vector<std::unique_ptr<SimNode>> nodes_{};
  std::vector<std::unique_ptr<Client>> clients_{};
};

}  // namespace tandem::sim
