// Everything that brings members back and up to date, in the right order: reap what dead clients left, admit
// who answers again, compare who cannot trust its marks, heal marks, declare live, collect staged bytes.
#pragma once

#include <optional>

#include "gateway/nodes/hold_down.hpp"
#include "gateway/store/core.hpp"

namespace tandem::gateway {

// One round over all members, but those that `may_admit` (if given) wants left alone. `progress` may return
// false to stop.
Result<HealProgress> mend_once(Core& core, const std::function<bool(const HealProgress&)>& progress,
                               const std::function<bool(const MemberView&)>& may_admit = {});

// One round over the members that are not out, until `deadline`. Best effort: what is left stays marked.
void mend_who_is_in(Core& core, Instant deadline);

// Rounds until nothing is left that can be healed now.
Result<HealProgress> mend(Core& core, const std::function<bool(const HealProgress&)>& progress);

// Of a lasting client: looks after the nodes once a second until destroyed. A node that flaps is kept out for
// a while (HoldDown); whoever asks for mend() gets it at once.
class Watchman {
 public:
  explicit Watchman(Core& core);
  ~Watchman();

 private:
  void run();
  bool rest();
  bool anything_to_mend();
  void learn_of_outages(const ClusterView& cluster);
  bool needs_mending(const MemberView& member);

  Core& core_;
  HoldDown hold_down_;
  std::optional<std::uint64_t> events_seen_{};  // up to that one, of those that tell of outages
  std::mutex mutex_;
  bool stopping_ = false;
  std::unique_ptr<Signal> changed_;
  std::unique_ptr<Task> task_;
};

}  // namespace tandem::gateway
