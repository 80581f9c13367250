#include "gateway/placement/member_turns.hpp"

#include <algorithm>
#include <cassert>

namespace tandem::gateway {

MemberTurns::MemberTurns(std::size_t members, std::uint32_t start) : members_(members), turn_(start) {
  assert(members >= 1 && members <= limits::members_per_pair_max);
}

MemberTurns::Order MemberTurns::next(const MemberSet& out) {
  Order order;
  for (std::size_t member = 0; member < members_; ++member) {
    if (!out.test(member)) order.members_[order.count_++] = static_cast<std::uint8_t>(member);
  }
  if (order.count_ == 0) return order;
  const auto first = order.members_.begin();
  const auto last = first + order.count_;
  std::rotate(first, first + turn_.fetch_add(1, std::memory_order_relaxed) % order.count_, last);

  std::array<std::uint32_t, limits::members_per_pair_max> busy{};  // one reading, so that the order is one
  for (std::size_t member = 0; member < members_; ++member) busy[member] = outstanding(member);
  for (auto place = first; place != last; ++place) {
    const auto idlest = std::min_element(place, last, [&](auto a, auto b) { return busy[a] < busy[b]; });
    if (busy[*idlest] + 2 <= busy[*place]) std::rotate(place, idlest, idlest + 1);
  }
  return order;
}

MemberTurns::Request::Request(MemberTurns& turns, std::size_t member)
    : outstanding_(turns.outstanding_[member]) {
  assert(member < turns.members_);
  outstanding_.fetch_add(1, std::memory_order_relaxed);
  turns.asked_[member].fetch_add(1, std::memory_order_relaxed);
}

MemberTurns::Request::~Request() {
  outstanding_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace tandem::gateway
