// Makes the faults of a scenario happen while it runs, each undone after a while.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "tests/sim/scenarios/scenario.hpp"

namespace tandem::sim {

class FaultInjector {
 public:
  // `replace` starts a new client when one was killed.
  FaultInjector(World& world, const FaultWeights& weights, std::function<void()> replace);

  // In a fiber of the world's, until stop().
  void run();
  void stop() { stopped_ = true; }

 private:
  // The fault with the number drawn, among those weighted.
  std::function<void()> choose();
  void later(Duration least, Duration most, std::function<void()> then);
  SimNode& any_node() { return *chance_.pick(world_.nodes()); }
  Client* any_client();

  void kill_node();
  void cut_power();
  void freeze_node();
  void partition();
  void kill_client();
  void freeze_client();
  void disturb_clock();
  void stop_node();
  void disturb_node_clock();
  void fill_disk();
  void flip_bit();
  void back_up_node() { any_node().back_up(); }
  void put_back_backup();
  void wipe_node();
  // Kills a node, waits until its disk may be lost, and does that; else it comes back as it was.
  void lose_disk(SimNode& node, std::function<void()> lose);

  World& world_;
  const FaultWeights weights_;
  std::function<void()> replace_;
  Chance chance_;
  bool stopped_ = false;
  std::map<ObjectId, const SimNode*> flipped_{};  // never two copies of one content
};

}  // namespace tandem::sim
