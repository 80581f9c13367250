#include "tests/sim/scenarios/fault_injector.hpp"

#include <utility>

namespace tandem::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

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

}  // namespace tandem::sim
