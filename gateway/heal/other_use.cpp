#include "gateway/heal/other_use.hpp"

namespace tandem::gateway {

// What the healer has announced and the nodes have not counted yet makes others' part look smaller, never
// larger: only a new maximum proves that somebody else was there.
bool OtherUse::seen() {
  std::vector<std::unique_ptr<Pending<NodeStatus>>> calls;
  for (const auto& member : pair_.members) {
    if (!member.out()) calls.push_back(member.node().status());
  }
  std::int64_t counted = 0;
  bool all_answered = true;
  for (const auto& call : calls) {
    const auto status = call->collect();
    all_answered = all_answered && status.ok();
    if (status) counted += static_cast<std::int64_t>(status->reads + status->writes);
  }
  if (!all_answered) return false;
  const std::int64_t others = counted - static_cast<std::int64_t>(own_.load());
  const bool more = begun_ && others > most_;
  if (!begun_ || more) most_ = others;
  begun_ = true;
  return more;
}

}  // namespace tandem::gateway
