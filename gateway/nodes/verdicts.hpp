// What this process concludes about a node from its calls, and what it tells the others: a node that cannot
// be reached is recorded `out` with the reason, so that nobody asks it any longer; the last member of a pair
// is never put out. The record is a hint: what a member misses is said by marks alone (I1, I5).
//
// All calls may be made at the same time.
#pragma once

#include <functional>
#include <string>

#include "gateway/catalogue/events/event_log.hpp"
#include "gateway/nodes/membership.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

class Verdicts {
 public:
  enum class Happening { connected, lost, regained };
  using Listener = std::function<void(Happening, const std::string& address, const std::string& reason)>;

  Verdicts(CachedCatalogue& catalogue, Membership& membership, EventLog& events, Runtime& runtime,
           Listener listener);

  // Every call to a node ends in one of these. `reached` also when the node answered with an error.
  void reached(const MemberView& member);
  // Returns whether the error says that the node itself could not be reached; then it is put out.
  bool failed(const MemberView& member, const Error& error);

  // Records the node as out unless no other member of its pair is in. Best effort.
  void put_out(const NodeId& node, const std::string& reason);

 private:
  Result<bool> try_put_out(const NodeId& node, const std::string& reason);

  CachedCatalogue& catalogue_;
  Membership& membership_;
  EventLog& events_;
  Runtime& runtime_;
  const Listener listener_;
};

// The condition that a member's n/ record is still what the view says.
Condition state_unchanged(const MemberView& member);

}  // namespace tandem::gateway
