#include "tests/sim/world/sim_node.hpp"

#include <utility>
#include <vector>

#include "storaged/disk/data_folder.hpp"
#include "tests/sim/world/observed_node.hpp"

namespace tandem::sim {
namespace {

using storaged::DataFolder;
using storaged::GuardedNode;

// Every life's parts: a life ends by force, so what will never run again still refers to them.
struct Remains {
  std::unique_ptr<DataFolder> folder{};
  std::unique_ptr<GuardedNode> node{};
  std::unique_ptr<NodeService> observed{};
};

Remains& bury() {
  static auto& graveyard = *new std::vector<std::unique_ptr<Remains>>;
  graveyard.push_back(std::make_unique<Remains>());
  return *graveyard.back();
}

}  // namespace

SimNode::SimNode(Scheduler& scheduler, Network& network, std::string address, Ledger& ledger,
                 const PlantedBugs& bugs)
    : scheduler_(scheduler),
      network_(network),
      address_(std::move(address)),
      ledger_(ledger),
      bugs_(bugs),
      chance_(scheduler.chance().fork()) {
  disk_.set_hook([this](const auto& operation) { return disturb(operation); });
}

void SimNode::start() {
  if (running()) return;
  process_ = &scheduler_.make_process(address_);
  ++lives_;
  scheduler_.spawn(*process_, "boot", [this] { boot(); });
}

// Runs in the new life's own fiber. When the disk refuses, the life ends: the process exits.
void SimNode::boot() {
  Process* const mine = process_;
  const auto give_up = [&](const Error& error) {
    scheduler_.note([&] { return "does not start: " + to_string(error); });
    scheduler_.spawn(scheduler_.world(), "exit", [this, mine] {
      mine->kill();
      if (process_ == mine) disk_.restart();
    });
  };
  auto folder = DataFolder::open(disk_, *mine, "simulated");
  if (!folder) return give_up(folder.error());
  auto node =
      GuardedNode::open(*mine, disk_, **folder, {.reserve_bytes = 0, .lock_wait = std::chrono::seconds(60)});
  if (!node) return give_up(node.error());
  Remains& life = bury();
  life.folder = std::move(*folder);
  life.node = std::move(*node);
  life.observed = observe_node(*life.node, life.folder->identity(), ledger_, bugs_, chance_.fork());
  life_ = life.folder.get();
  inner_ = life.node.get();
  service_ = life.observed.get();
  network_.listen(address_, *mine, *service_);
  scheduler_.note([&] { return "answers, life " + std::to_string(lives_); });
}

Status SimNode::disturb(const support::MemoryFilesystem::Operation& operation) {
  if (!scheduler_.inside()) return success();
  const bool stalls = chance_.happens(faults_.stall);
  scheduler_.pause(Duration(0), stalls ? faults_.stall_max : faults_.slow_max);
  if (operation.changes) {
    scheduler_.note([&] { return std::string(operation.name) + " " + std::string(operation.path); });
  }
  if (operation.changes && chance_.happens(faults_.fail)) {
    scheduler_.note(
        [&] { return "disk fails at " + std::string(operation.name) + " " + std::string(operation.path); });
    return Error{Code::corrupt, "input/output error", std::string(operation.path)};
  }
  return success();
}

void SimNode::forget_life() {
  if (process_) process_->kill();
  life_ = nullptr;
  inner_ = nullptr;
  service_ = nullptr;
}

void SimNode::kill() {
  if (!running()) return;
  forget_life();
  disk_.restart();
}

void SimNode::cut_power(std::uint64_t seed) {
  scheduler_.note([&] { return "power cut at " + address_; });
  forget_life();
  disk_.power_cut(seed);
}

void SimNode::freeze() {
  if (running()) process_->freeze();
}

void SimNode::wake() {
  if (running()) process_->wake();
}

}  // namespace tandem::sim
