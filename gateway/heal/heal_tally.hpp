// What all batches of a pass come to, and what they share. All calls but total() may be made at the same
// time.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "gateway/heal/mark_feed.hpp"
#include "gateway/heal/other_use.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

struct HealPass {
  std::uint64_t healed = 0;
  std::uint64_t waiting = 0;  // cannot be healed now
  std::uint64_t bytes_copied = 0;
  std::string waiting_for{};  // the last reason
};

class HealTally {
 public:
  // `progress` is told now and then, by one thread at a time; where it returns false, `feed` is stopped.
  // `others` may be null: nobody is given way to.
  HealTally(Runtime& runtime, MarkFeed& feed, const std::function<bool(const HealPass&)>& progress,
            OtherUse* others)
      : runtime_(runtime), feed_(feed), progress_(progress), others_(others) {}

  void add_batch(const HealPass& done);
  // False: stop.
  bool add_bytes(std::uint64_t copied);
  OtherUse* others() const { return others_; }
  const HealPass& total() const { return total_; }  // once nobody adds any longer

 private:
  void tell();

  Runtime& runtime_;
  MarkFeed& feed_;
  const std::function<bool(const HealPass&)>& progress_;
  OtherUse* const others_;
  std::mutex mutex_;
  HealPass total_{};
  bool telling_ = false;
  Instant next_{};
  std::atomic<bool> stopped_ = false;
};

}  // namespace tandem::gateway
