// Keeps healing from taking the machines from those who work with them: while others use the members, all
// healing of this process stands still for the configured share of the time, so that the others keep at least
// that share of the speed they have alone.
//
// All calls may be made at the same time.
#pragma once

#include <algorithm>
#include <functional>
#include <mutex>

#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

class ForegroundShare {
 public:
  static constexpr Duration work_period = std::chrono::milliseconds(100);
  static constexpr Duration between_looks = std::chrono::milliseconds(250);
  static constexpr double share_max = 0.95;  // healing goes on, however slowly

  // `share`: from 0, never stand still, to 1.
  ForegroundShare(Runtime& runtime, double share) : runtime_(runtime), share_(std::min(share, share_max)) {}

  // Between two steps of healing: waits while it has to stand still. `others_at_work` is asked now and then,
  // by one thread at a time: whether somebody else has used the members since it was last asked.
  void yield(const std::function<bool()>& others_at_work);

 private:
  void look(const std::function<bool()>& others_at_work);

  Runtime& runtime_;
  const double share_;
  std::mutex mutex_;
  bool looking_ = false;
  bool busy_ = false;
  Instant next_look_{};
  Instant work_since_{};
  Instant rest_until_{};
};

}  // namespace tandem::gateway
