#include "tests/sim/world/sim_node.hpp"

#include <cassert>
#include <utility>
#include <vector>

#include "storaged/disk/objects/layout.hpp"
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

constexpr std::uint64_t few_bytes = 4096;

// What takes a block of the disk, not counting contents: the disk counts those itself.
bool takes_room(std::string_view operation) {
  return operation == "create" || operation == "make_directory" || operation == "link" ||
         operation == "rename" || operation == "set_attribute" || operation == "set_file_attribute";
}

Remains& bury() {
  static auto& graveyard = *new std::vector<std::unique_ptr<Remains>>;
  graveyard.push_back(std::make_unique<Remains>());
  return *graveyard.back();
}

}  // namespace

SimNode::SimNode(Scheduler& scheduler, Network& network, std::string address, Ledger& ledger,
                 const PlantedBugs& bugs, const NodeSettings& settings)
    : scheduler_(scheduler),
      network_(network),
      address_(std::move(address)),
      ledger_(ledger),
      bugs_(bugs),
      settings_(settings),
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
    scheduler_.spawn(scheduler_.world(), "exit", [this, mine] { end_life(mine); });
  };
  auto folder = DataFolder::open(disk_, *mine, "simulated");
  if (!folder) return give_up(folder.error());
  auto node = GuardedNode::open(*mine, disk_, **folder,
                                {.reserve_bytes = settings_.reserve_bytes,
                                 .lock_wait = std::chrono::seconds(60),
                                 .rules = bugs_.settle_rules});
  if (!node) return give_up(node.error());
  Remains& life = bury();
  life.folder = std::move(*folder);
  life.node = std::move(*node);
  life.observed = observe_node(*life.node, *life.folder, scheduler_, ledger_, bugs_, chance_.fork());
  known_as_ = life.folder->identity().node;
  life_ = life.folder.get();
  inner_ = life.node.get();
  service_ = life.observed.get();
  network_.listen(address_, *mine, *service_);
  scheduler_.note([&] { return "answers, life " + std::to_string(lives_); });
}

// The process exits by itself, in the middle of nothing.
void SimNode::end_life(Process* mine) {
  mine->kill();
  if (process_ != mine) return;
  disk_.restart();
  if (!settings_.supervised) return;
  scheduler_.pause(std::chrono::seconds(1), std::chrono::seconds(2));
  start();
}

Status SimNode::disturb(const support::MemoryFilesystem::Operation& operation) {
  if (!scheduler_.inside()) return success();
  const bool stalls = chance_.happens(faults_.stall);
  scheduler_.pause(Duration(0), stalls ? faults_.stall_max : faults_.slow_max);
  if (operation.changes) {
    scheduler_.note([&] { return std::string(operation.name) + " " + std::string(operation.path); });
  }
  if (operation.changes && chance_.happens(faults_.fail))
    return refuse(operation, Code::corrupt, "input/output error");
  const bool syncs = operation.name.starts_with("sync");
  if (!operation.changes && chance_.happens(syncs ? faults_.fail_sync : faults_.fail_read))
    return refuse(operation, Code::corrupt, "input/output error");
  if (full_ && takes_room(operation.name) && chance_.happens(0.5))
    return refuse(operation, Code::no_space, "no space left on device");
  return success();
}

Status SimNode::refuse(const support::MemoryFilesystem::Operation& operation, Code code,
                       std::string_view cause) {
  scheduler_.note([&] {
    return std::string(cause) + " at " + std::string(operation.name) + " " + std::string(operation.path);
  });
  return Error{code, std::string(cause), std::string(operation.path)};
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

bool SimNode::stop() {
  Process* const mine = process_;
  if (!answers() || mine->frozen()) return false;
  network_.stop_listening(address_);
  service_ = nullptr;  // does not answer any more
  const Instant patience = scheduler_.now() + std::chrono::seconds(10);
  while (mine->alive() && !scheduler_.fibers_of(*mine).empty() && scheduler_.now() < patience)
    scheduler_.pause(std::chrono::milliseconds(1), std::chrono::milliseconds(1));
  if (!mine->alive()) return false;
  bool clean = false;
  if (scheduler_.fibers_of(*mine).empty()) {
    scheduler_.spawn(*mine, "stop", [life = life_, &clean] { clean = life->mark_clean().ok(); });
    while (mine->alive() && !scheduler_.fibers_of(*mine).empty())
      scheduler_.pause(std::chrono::milliseconds(1), std::chrono::milliseconds(1));
  }
  if (!mine->alive()) return false;
  scheduler_.note([&] { return address_ + (clean ? " stops in order" : " is stopped"); });
  kill();
  return true;
}

void SimNode::set_full(bool full) {
  if (!full && !full_) return;
  scheduler_.note([&] { return "the disk of " + address_ + (full ? " is full" : " has room again"); });
  full_ = full;
  disk_.set_capacity(full ? std::optional(disk_.used_bytes() + chance_.below(few_bytes)) : std::nullopt);
}

bool SimNode::flip_bit(const ObjectId& id, std::uint64_t seed) {
  const bool flipped = disk_.flip_bit(storaged::layout::object_path(id), seed);
  if (flipped) scheduler_.note([&] { return "a bit of " + to_string(id) + " turns at " + address_; });
  return flipped;
}

void SimNode::back_up() {
  if (!answers() || identity().cluster.is_null()) return;
  scheduler_.note([&] { return "a backup is made of " + address_; });
  backup_ = Backup{disk_.image(), ledger_.holding_of(known_as_)};
}

void SimNode::put_back_backup() {
  assert(!running() && backup_);
  scheduler_.note([&] { return "an old backup is put back on " + address_; });
  disk_.replace_disk(backup_->disk);
  ledger_.from_admission_on(known_as_, backup_->holding);
}

void SimNode::wipe() {
  assert(!running());
  scheduler_.note([&] { return address_ + " gets an empty disk"; });
  disk_.replace_disk({});
  backup_.reset();  // of another node, as its folder says
}

}  // namespace tandem::sim
