// A simulated storaged: the real data folder and guarded node on a disk in memory, one Process per life.
#pragma once

#include <memory>
#include <string>

#include "storaged/service/guarded/guarded_node.hpp"
#include "tests/sim/network/network.hpp"
#include "tests/sim/runtime/process.hpp"
#include "tests/sim/world/ledger.hpp"
#include "tests/sim/world/planted_bugs.hpp"
#include "tests/support/memory_filesystem.hpp"

namespace tandem::sim {

struct DiskFaults {
  double fail = 0;  // share of changing operations that answer EIO
  Duration slow_max = std::chrono::microseconds(200);
  double stall = 0;  // share of operations that take up to stall_max
  Duration stall_max = std::chrono::milliseconds(1500);
};

class SimNode {
 public:
  SimNode(Scheduler& scheduler, Network& network, std::string address, Ledger& ledger,
          const PlantedBugs& bugs);

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

  // For checks: the real service and who it is; only while answers().
  NodeService& service() { return *inner_; }
  NodeIdentity identity() { return life_->identity(); }

 private:
  void boot();
  Status disturb(const support::MemoryFilesystem::Operation& operation);
  void forget_life();

  Scheduler& scheduler_;
  Network& network_;
  const std::string address_;
  Ledger& ledger_;
  const PlantedBugs& bugs_;
  Chance chance_;
  DiskFaults faults_{};
  support::MemoryFilesystem disk_{};
  Process* process_ = nullptr;
  int lives_ = 0;
  // Of the present life. A life that ends by force is never destroyed: its fibers stand in the middle of it.
  storaged::NodeLife* life_ = nullptr;
  NodeService* inner_ = nullptr;
  NodeService* service_ = nullptr;
};

}  // namespace tandem::sim
