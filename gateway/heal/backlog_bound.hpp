// Bounds what is listed for members that are out. One that has missed more than the bound is recorded as
// filling from the start: whatever it holds is compared once it is back, so that what it misses from then on
// need not stay listed. The marks that were there already stay.
//
// All calls may be made at the same time, by any number of clients.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "gateway/catalogue/events/event_log.hpp"
#include "gateway/nodes/membership.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

class BacklogBound {
 public:
  BacklogBound(CachedCatalogue& catalogue, Membership& membership, EventLog& events, Runtime& runtime,
               std::uint64_t names_max);

  // Looks after all members that are out, for a quarter of a second at most: the next look goes on where this
  // one ended. Does nothing where looking would take more than a hundredth of the time.
  Status look();

 private:
  // Where among the marks of which member a look ended.
  struct Place {
    NodeId node{};
    std::string after{};
    std::uint64_t counted = 0;  // of the marks before, when they were counted
  };

  Status look_after_all();
  Status look_after(const MemberView& member);
  // Whether more than names_max marks are listed; false also when the time is up before that is known.
  Result<bool> is_passed(const NodeId& node);
  Status compare_everything(const MemberView& member);
  Status forget_what_comparing_finds(const MemberView& member);
  Result<bool> forget(const MemberView& member, const Page& marks);
  bool time_is_up() const { return runtime_.now() >= look_until_; }

  CachedCatalogue& catalogue_;
  Membership& membership_;
  EventLog& events_;
  Runtime& runtime_;
  const std::uint64_t names_max_;
  std::atomic<bool> looking_{false};
  // Of whoever looks.
  Instant next_look_{};
  Instant look_until_{};
  Place place_{};  // no node: a look begins with the first member
};

}  // namespace tandem::gateway
