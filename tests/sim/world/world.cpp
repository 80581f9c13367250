#include "tests/sim/world/world.hpp"

#include <algorithm>
#include <utility>

#include "gateway/catalogue/names/initial.hpp"

namespace tandem::sim {
namespace {

constexpr Epoch first_epoch = 1;
constexpr Duration open_again_after = std::chrono::milliseconds(500);
constexpr int opens_max = 240;

gateway::Config make_config(const WorldSettings& settings) {
  gateway::Config config;
  config.cluster.name = "simulated";
  config.cluster.write_quorum = settings.write_quorum;
  config.limits.backlog_names = settings.backlog_names;
  for (std::uint32_t pair = 1; pair <= settings.pairs; ++pair) {
    gateway::PairConfig made{"p" + std::to_string(pair), {}};
    for (std::uint32_t member = 1; member <= settings.members; ++member) {
      made.members.push_back("node" + std::to_string(pair) + std::to_string(member) + ":7000");
    }
    config.pairs.push_back(std::move(made));
  }
  return config;
}

}  // namespace

World::World(Scheduler& scheduler, const WorldSettings& settings)
    : scheduler_(scheduler),
      settings_(settings),
      network_(scheduler),
      catalogue_(scheduler.world(), first_epoch),
      watch_(scheduler, catalogue_, ledger_, settings.write_quorum),
      config_(make_config(settings)) {
  if (settings.bugs.waits_forever) network_.wait_forever();
  for (const auto& pair : config_.pairs) {
    for (const auto& address : pair.members) {
      nodes_.push_back(
          std::make_unique<SimNode>(scheduler_, network_, address, ledger_, settings_.bugs, settings_.nodes));
    }
  }
}

World::~World() = default;

Status World::build() {
  for (const auto& node : nodes_) node->start();
  if (!wait_until([this] { return all_nodes_answer(); }, std::chrono::minutes(1))) {
    return Error{Code::unavailable, "the nodes do not start"};
  }
  return create_cluster();
}

Status World::create_cluster() {
  scheduler_.chance().fill(std::as_writable_bytes(std::span(cluster_.bytes)));
  std::vector<gateway::PairRecord> pairs;
  std::size_t at = 0;
  for (const auto& pair : config_.pairs) {
    gateway::PairRecord record;
    record.name = pair.name;
    for (const auto& address : pair.members) {
      SimNode& node = *nodes_[at++];
      if (Status joined = node.service().join(cluster_, first_epoch); !joined) return joined;
      record.members.push_back({node.identity().node, address, node.identity().run});
    }
    pairs.push_back(std::move(record));
  }
  gateway::ClusterRecord cluster;
  cluster.id = cluster_;
  cluster.name = config_.cluster.name;
  const auto made = commit(gateway::initial_entries(cluster, pairs));
  if (!made) return made.error();
  return made->committed ? success() : Error{Code::exists, "the catalogue is not empty"};
}

Client& World::start_client(const std::string& name, gateway::Store::Lifetime lifetime, Body body) {
  clients_.push_back(std::make_unique<Client>());
  Client& client = *clients_.back();
  client.name = name;
  client.process = &scheduler_.make_process(name);
  client.engine = catalogue_.connect();
  // The process outlives the catalogue, so it must not own a part of it.
  client.process->at_death([engine = std::weak_ptr(client.engine)] {
    if (const auto held = engine.lock()) held->kill();
  });
  scheduler_.spawn(*client.process, "main",
                   [this, &client, lifetime, body = std::move(body)] { live(client, lifetime, body); });
  return client;
}

Result<std::unique_ptr<gateway::Store>> World::open(Client& client, gateway::Store::Lifetime lifetime) {
  gateway::StoreSeams seams;
  seams.config = config_;
  seams.runtime = client.process;
  seams.transport = network_.transport(*client.process, {config_.timeouts.connect, config_.timeouts.request});
  seams.catalogue = make_sim_catalogue({client.process, client.engine, &catalogue_faults_, &settings_.bugs,
                                        [this](const gateway::Transaction& transaction, Revision revision) {
                                          watch_.committed(transaction, revision);
                                        }});
  seams.lifetime = lifetime;
  seams.about = client.name;
  seams.notices = [this](const gateway::Notice& notice) {
    scheduler_.note([&] { return "notice " + notice.node + " " + notice.path + " " + notice.text; });
  };
  return gateway::open_store(std::move(seams));
}

void World::live(Client& client, gateway::Store::Lifetime lifetime, const Body& body) {
  for (int attempt = 0; attempt < opens_max; ++attempt) {
    auto store = open(client, lifetime);
    if (store) {
      body(client, **store);
      static_cast<void>((*store)->close());
      store->reset();
      break;
    }
    scheduler_.note([&] { return "the store does not open: " + to_string(store.error()); });
    scheduler_.pause(open_again_after, open_again_after);
  }
  client.finished = true;
}

void World::kill(Client& client) {
  client.process->kill();
}

void World::freeze(Client& client) {
  client.was_frozen = true;
  client.process->freeze();
  client.engine->freeze();
}

void World::wake(Client& client) {
  client.engine->thaw();
  client.process->wake();
}

void World::set_disk_faults(const DiskFaults& faults) {
  for (const auto& node : nodes_) node->set_faults(faults);
}

void World::end_faults() {
  set_network_faults({});
  set_catalogue_faults({});
  set_disk_faults({});
  network_.unblock_all();
  for (const auto& client : clients_) {
    if (client->process->frozen()) wake(*client);
  }
  for (const auto& node : nodes_) {
    node->set_full(false);
    node->wake();
    node->start();
  }
}

bool World::wait_until(const std::function<bool()>& condition, Duration at_most) {
  const Instant deadline = scheduler_.now() + at_most;
  while (!condition()) {
    if (scheduler_.now() >= deadline) return false;
    scheduler_.pause(std::chrono::milliseconds(10), std::chrono::milliseconds(10));
  }
  return true;
}

bool World::all_nodes_answer() const {
  return std::all_of(nodes_.begin(), nodes_.end(), [](const auto& node) { return node->answers(); });
}

std::vector<SimNode*> World::partners_of(const SimNode& node) {
  std::vector<SimNode*> partners;
  const auto own =
      std::find_if(nodes_.begin(), nodes_.end(), [&](const auto& one) { return one.get() == &node; });
  const auto pair = (own - nodes_.begin()) / settings_.members;
  for (std::size_t member = 0; member < settings_.members; ++member) {
    SimNode* one = nodes_[static_cast<std::size_t>(pair) * settings_.members + member].get();
    if (one != &node) partners.push_back(one);
  }
  return partners;
}

Result<gateway::Commit> World::commit(const gateway::Transaction& transaction) {
  const auto engine = catalogue_.connect();
  auto commit = engine->commit(transaction);
  if (commit && commit->committed) watch_.committed(transaction, commit->revision);
  return commit;
}

}  // namespace tandem::sim
