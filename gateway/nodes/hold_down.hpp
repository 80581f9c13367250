// Keeps a node that comes and goes from being admitted each time it comes: after the first outage it may
// return at once, after each further one within a while it has to answer without a break for twice as long
// as before. A member that stays out costs nothing but its backlog; one that flaps costs every client a
// time-out each time it falls silent.
//
// What this process has seen, on its own clock (I7). Belongs to one thread.
#pragma once

#include <map>
#include <optional>

#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

class HoldDown {
 public:
  static constexpr Duration first_wait = std::chrono::seconds(2);
  static constexpr Duration longest_wait = std::chrono::seconds(60);
  static constexpr Duration forgotten_after = std::chrono::minutes(10);  // without an outage

  // It was put out; `outage` tells one outage from the next.
  void out(const NodeId& node, std::uint64_t outage, Instant now);
  void silent(const NodeId& node);
  // It answers at `now`, in that run: another than the last time is a break, however short.
  void answers(const NodeId& node, std::uint64_t run, Instant now);
  // Whether it has answered for long enough.
  bool may_return(const NodeId& node, Instant now) const;

 private:
  struct Past {
    std::uint64_t outage = 0;
    std::uint32_t outages = 0;
    Instant last_outage{};
    std::optional<std::uint64_t> run{};  // it answered in the last time
    bool answering = false;
    Instant answering_since{};
  };
  static Duration wait_after(std::uint32_t outages);

  std::map<NodeId, Past> past_;
};

}  // namespace tandem::gateway
