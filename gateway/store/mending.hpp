// Everything that brings members back and up to date, in the right order: reap what dead clients left, admit
// who answers again, compare who cannot trust its marks, heal marks, declare live, collect staged bytes.
#pragma once

#include "gateway/store/core.hpp"

namespace tandem::gateway {

// One round over all members. `progress` may return false to stop.
Result<HealProgress> mend_once(Core& core, const std::function<bool(const HealProgress&)>& progress);

// Rounds until nothing is left that can be healed now.
Result<HealProgress> mend(Core& core, const std::function<bool(const HealProgress&)>& progress);

// Of a lasting client: looks after the nodes once a second until destroyed.
class Watchman {
 public:
  explicit Watchman(Core& core);
  ~Watchman();

 private:
  void run();
  bool rest();
  bool anything_to_mend();

  Core& core_;
  std::mutex mutex_;
  bool stopping_ = false;
  std::unique_ptr<Signal> changed_;
  std::unique_ptr<Task> task_;
};

}  // namespace tandem::gateway
