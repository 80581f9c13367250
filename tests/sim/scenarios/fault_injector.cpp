#include "tests/sim/scenarios/fault_injector.hpp"

#include <iterator>
#include <utility>

#include "tests/sim/world/administrator.hpp"

namespace tandem::sim {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Until it has succeeded: the node has to be up and nobody else in the way.
void replace_when_possible(World& world, SimNode& node, const NodeId& lost) {
  while (!node.answers() || !replace_member(world, node, lost))
    world.scheduler().pause(milliseconds(100), milliseconds(200));
  world.people_at_work -= 1;
}

}  // namespace

FaultInjector::FaultInjector(World& world, const FaultWeights& weights, std::function<void()> replace)
    : world_(world),
      weights_(weights),
      replace_(std::move(replace)),
      chance_(world.scheduler().chance().fork()) {}

void FaultInjector::run() {
  if (weights_.sum() == 0) return;
  while (!stopped_) {
    world_.scheduler().pause(milliseconds(20), weights_.every_max);
    if (!stopped_) choose()();
  }
}

std::function<void()> FaultInjector::choose() {
  const std::vector<std::pair<std::uint32_t, std::function<void()>>> kinds{
      {weights_.kill_node, [this] { kill_node(); }},
      {weights_.cut_power, [this] { cut_power(); }},
      {weights_.freeze_node, [this] { freeze_node(); }},
      {weights_.partition, [this] { partition(); }},
      {weights_.kill_client, [this] { kill_client(); }},
      {weights_.freeze_client, [this] { freeze_client(); }},
      {weights_.disturb_clock, [this] { disturb_clock(); }},
      {weights_.stop_node, [this] { stop_node(); }},
      {weights_.disturb_node_clock, [this] { disturb_node_clock(); }},
      {weights_.fill_disk, [this] { fill_disk(); }},
      {weights_.flip_bit, [this] { flip_bit(); }},
      {weights_.back_up_node, [this] { back_up_node(); }},
      {weights_.put_back_backup, [this] { put_back_backup(); }},
      {weights_.wipe_node, [this] { wipe_node(); }},
  };
  std::uint64_t drawn = chance_.below(weights_.sum());
  for (const auto& [weight, fault] : kinds) {
    if (drawn < weight) return fault;
    drawn -= weight;
  }
  return [] {};
}

// What undoes a fault happens even behind stop().
void FaultInjector::later(Duration least, Duration most, std::function<void()> then) {
  const Duration after = chance_.duration(least, most);
  Scheduler& scheduler = world_.scheduler();
  scheduler.spawn(scheduler.world(), "end of a fault", [&scheduler, after, then = std::move(then)] {
    scheduler.pause(after, after);
    then();
  });
}

void FaultInjector::kill_node() {
  SimNode& node = any_node();
  node.kill();
  later(milliseconds(50), seconds(8), [&node] { node.start(); });
}

void FaultInjector::cut_power() {
  SimNode& node = any_node();
  if (!node.running()) return;
  node.cut_power(chance_.below(4) == 0 ? 0 : chance_.number());
  later(milliseconds(500), seconds(8), [&node] { node.start(); });
}

void FaultInjector::freeze_node() {
  SimNode& node = any_node();
  node.freeze();
  later(milliseconds(50), seconds(6), [&node] { node.wake(); });
}

void FaultInjector::partition() {
  Client* client = any_client();
  if (!client) return;
  const std::string here = client->name;
  const std::string there = any_node().address();
  const std::uint64_t directions = chance_.between(1, 3);
  Network& network = world_.network();
  world_.scheduler().note([&] { return "partition between " + here + " and " + there; });
  if (directions & 1U) network.block(here, there);
  if (directions & 2U) network.block(there, here);
  later(milliseconds(100), seconds(6), [&network] { network.unblock_all(); });
}

Client* FaultInjector::any_client() {
  std::vector<Client*> running;
  for (const auto& client : world_.clients()) {
    if (client->running()) running.push_back(client.get());
  }
  return running.empty() ? nullptr : chance_.pick(running);
}

void FaultInjector::kill_client() {
  Client* client = any_client();
  if (!client) return;
  world_.kill(*client);
  later(milliseconds(10), seconds(2), [this] { replace_(); });
}

void FaultInjector::freeze_client() {
  Client* client = any_client();
  if (!client) return;
  world_.freeze(*client);
  later(milliseconds(50), seconds(15), [this, client] {
    if (client->process->frozen()) world_.wake(*client);
  });
}

void FaultInjector::disturb_clock() {
  Client* client = any_client();
  if (!client) return;
  if (chance_.happens(0.5)) {
    client->process->set_drift(static_cast<std::int32_t>(chance_.below(2001)) - 1000);
  } else if (chance_.happens(0.5)) {
    client->was_frozen = true;  // to itself it looks like that
    client->process->jump_clock(chance_.duration(milliseconds(1), seconds(30)));
  } else {
    client->process->jump_wall_clock(chance_.duration(seconds(0), seconds(7200)) - seconds(3600));
  }
}

void FaultInjector::stop_node() {
  SimNode& node = any_node();
  const std::uint64_t power_cut = chance_.happens(0.3) ? chance_.number() : 0;
  Scheduler& scheduler = world_.scheduler();
  scheduler.spawn(scheduler.world(), "stop", [&node, &scheduler, power_cut] {
    if (!node.stop()) return;
    if (power_cut != 0) node.cut_power(power_cut);
    scheduler.pause(milliseconds(50), seconds(5));
    node.start();
  });
}

void FaultInjector::disturb_node_clock() {
  Process* process = any_node().process();
  if (!process) return;
  if (chance_.happens(0.3))
    return process->set_drift(static_cast<std::int32_t>(chance_.below(200'001)) - 100'000);
  if (chance_.happens(0.5)) return process->jump_clock(chance_.duration(milliseconds(1), hours(1)));
  process->jump_wall_clock(chance_.duration(seconds(0), hours(200'000)) - hours(100'000));
}

void FaultInjector::fill_disk() {
  SimNode& node = any_node();
  node.set_full(true);
  later(milliseconds(100), seconds(5), [&node] { node.set_full(false); });
}

void FaultInjector::flip_bit() {
  SimNode& node = any_node();
  const auto objects = world_.ledger().holding_of(node.known_as()).objects;
  if (objects.empty()) return;
  const auto& [id, stamp] =
      *std::next(objects.begin(), static_cast<std::ptrdiff_t>(chance_.below(objects.size())));
  if (!is_held_elsewhere(world_, node, id, stamp)) return;
  const auto first = flipped_.try_emplace(id, &node).first;
  if (first->second == &node) node.flip_bit(id, chance_.number());
}

void FaultInjector::put_back_backup() {
  SimNode& node = any_node();
  if (!node.has_backup()) return;
  lose_disk(node, [&node] {
    if (node.has_backup()) node.put_back_backup();
  });
}

void FaultInjector::wipe_node() {
  SimNode& node = any_node();
  World& world = world_;
  const Duration notices_after = chance_.duration(milliseconds(0), seconds(10));
  lose_disk(node, [&world, &node, notices_after] {
    const NodeId lost = node.known_as();
    node.wipe();
    world.people_at_work += 1;
    Scheduler& scheduler = world.scheduler();
    scheduler.spawn(scheduler.world(), "administrator", [&world, &scheduler, &node, lost, notices_after] {
      scheduler.pause(notices_after, notices_after);
      replace_when_possible(world, node, lost);
    });
  });
}

void FaultInjector::lose_disk(SimNode& node, std::function<void()> lose) {
  constexpr int looks_max = 40;
  node.kill();
  World& world = world_;
  Scheduler& scheduler = world_.scheduler();
  scheduler.spawn(scheduler.world(), "loss of a disk", [&world, &scheduler, &node, lose = std::move(lose)] {
    for (int look = 0; look < looks_max && !node.running(); ++look) {
      if (is_dispensable(world, node)) {
        lose();
        break;
      }
      scheduler.pause(milliseconds(20), milliseconds(400));
    }
    node.start();
  });
}

}  // namespace tandem::sim
