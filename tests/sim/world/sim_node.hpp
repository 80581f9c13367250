// A simulated storaged: the real data folder and guarded node on a disk in memory, one Process per life.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "storaged/disk/data_folder.hpp"
#include "storaged/service/guarded/guarded_node.hpp"
#include "tests/sim/network/network.hpp"
#include "tests/sim/runtime/process.hpp"
#include "tests/sim/world/ledger.hpp"
#include "tests/sim/world/planted_bugs.hpp"
#include "tests/support/memory_filesystem.hpp"

namespace tandem::sim {

struct DiskFaults {
  double fail = 0;       // share of changing operations that answer EIO
  double fail_read = 0;  // of those that read
  double fail_sync = 0;  // of syncs; what was written and not synced before is lost, though it is still seen
  Duration slow_max = std::chrono::microseconds(200);
  double stall = 0;  // share of operations that take up to stall_max
  Duration stall_max = std::chrono::milliseconds(1500);
};

struct NodeSettings {
  std::uint64_t reserve_bytes = 0;
  bool supervised = false;  // a life that ends because its disk refused is followed by another
};

class SimNode {
 public:
  SimNode(Scheduler& scheduler, Network& network, std::string address, Ledger& ledger,
          const PlantedBugs& bugs, const NodeSettings& settings);

  const std::string& address() const { return address_; }
  void set_faults(const DiskFaults& faults) { faults_ = faults; }

  // Starts a life; it answers once it has read its folder. Nothing when it runs already.
  void start();
  bool answers() const { return process_ && process_->alive() && service_ != nullptr; }
  bool running() const { return process_ && process_->alive(); }

  void kill();                         // SIGKILL: what is written stays
  void cut_power(std::uint64_t seed);  // what is not synced may be lost
  void freeze();
  void wake();
  // SIGTERM: in order, once what is under way has been answered; by force when that takes too long. From a
  // fiber of the world's; false when the life ended otherwise.
  bool stop();
  Process* process() { return running() ? process_ : nullptr; }

  // Hardly any room is left on the disk, until there is again.
  void set_full(bool full);
  // In the object of that id, if the node has one.
  bool flip_bit(const ObjectId& id, std::uint64_t seed);

  // A backup of the whole disk (of a node that answers and belongs to the cluster), and what a person does
  // with a node that is down: put the backup on its disk, or give it an empty one.
  void back_up();
  bool has_backup() const { return backup_.has_value(); }
  void put_back_backup();
  void wipe();

  // For checks: the real service and who it is; only while answers().
  NodeService& service() { return *inner_; }
  NodeIdentity identity() { return life_->identity(); }
  // Whose folder it was when a life last began; also while it is down.
  const NodeId& known_as() const { return known_as_; }

 private:
  struct Backup {
    support::MemoryFilesystem::Image disk{};
    Ledger::Holding holding{};
  };

  void boot();
  void end_life(Process* mine);
  Status disturb(const support::MemoryFilesystem::Operation& operation);
  Status refuse(const support::MemoryFilesystem::Operation& operation, Code code, std::string_view cause);
  void forget_life();

  Scheduler& scheduler_;
  Network& network_;
  const std::string address_;
  Ledger& ledger_;
  const PlantedBugs& bugs_;
  const NodeSettings settings_;
  Chance chance_;
  DiskFaults faults_{};
  bool full_ = false;
  support::MemoryFilesystem disk_{};
  NodeId known_as_{};
  std::optional<Backup> backup_{};
  Process* process_ = nullptr;
  int lives_ = 0;
  // Of the present life. A life that ends by force is never destroyed: its fibers stand in the middle of it.
  storaged::DataFolder* life_ = nullptr;
  NodeService* inner_ = nullptr;
  NodeService* service_ = nullptr;
};

}  // namespace tandem::sim
