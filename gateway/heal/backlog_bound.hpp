// Bounds what is listed for members that are out. One that has missed more than the bound is recorded as
// filling from the start: whatever it holds is compared once it is back, so that what it misses from then on
// need not stay listed. The marks that were there already stay.
//
// All calls may be made at the same time, by any number of clients.
#pragma once

#include <atomic>
#include <cstdint>

#include "gateway/catalogue/events/event_log.hpp"
#include "gateway/nodes/membership.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

class BacklogBound {
 public:
  BacklogBound(CachedCatalogue& catalogue, Membership& membership, EventLog& events, Runtime& runtime,
               std::uint64_t names_max);

  // Looks after all members that are out. Does nothing where that would take more than a hundredth of the
  // time; a look that was cut short by others' commits goes on at the next one.
  Status look();

 private:
  Status look_after_all();
  Status look_after(const MemberView& member);
  // Whether more than names_max marks are listed.
  Result<bool> is_passed(const NodeId& node);
  Status compare_everything(const MemberView& member);
  Status forget_what_comparing_finds(const MemberView& member);
  Result<bool> forget(const MemberView& member, const Page& marks);

  CachedCatalogue& catalogue_;
  Membership& membership_;
  EventLog& events_;
  Runtime& runtime_;
  const std::uint64_t names_max_;
  std::atomic<bool> looking_{false};
  Instant next_look_{};  // of whoever looks
};

}  // namespace tandem::gateway
