#include "gateway/nodes/hold_down.hpp"

#include <algorithm>

namespace tandem::gateway {

Duration HoldDown::wait_after(std::uint32_t outages) {
  if (outages <= 1) return Duration::zero();
  Duration wait = first_wait;
  for (std::uint32_t more = 2; more < outages && wait < longest_wait; ++more) wait *= 2;
  return std::min(wait, longest_wait);
}

void HoldDown::out(const NodeId& node, std::uint64_t outage, Instant now) {
  Past& past = past_[node];
  if (past.outage == outage) return;
  if (past.outages > 0 && now - past.last_outage > forgotten_after) past.outages = 0;
  past.outage = outage;
  past.last_outage = now;
  past.answering = false;
  ++past.outages;
}

void HoldDown::silent(const NodeId& node) {
  const auto found = past_.find(node);
  if (found != past_.end()) found->second.answering = false;
}

void HoldDown::answers(const NodeId& node, std::uint64_t run, Instant now) {
  Past& past = past_[node];
  if (!past.answering || past.run != run) past.answering_since = now;
  past.answering = true;
  past.run = run;
}

bool HoldDown::may_return(const NodeId& node, Instant now) const {
  const auto found = past_.find(node);
  if (found == past_.end()) return true;
  const Past& past = found->second;
  return past.answering && now - past.answering_since >= wait_after(past.outages);
}

}  // namespace tandem::gateway
