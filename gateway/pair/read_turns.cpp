#include "gateway/pair/read_turns.hpp"

namespace tandem::gateway {
namespace {

constexpr Duration avoid_for = std::chrono::seconds(1);

}  // namespace

std::shared_ptr<MemberTurns> ReadTurns::turns_of(const PairView& pair) {
  const std::scoped_lock lock(mutex_);
  Turns& turns = turns_[pair.record.name];
  if (turns.members != pair.members.size()) {
    turns.members = pair.members.size();
    turns.turns =
        std::make_shared<MemberTurns>(turns.members, static_cast<std::uint32_t>(random_number(runtime_)));
  }
  return turns.turns;
}

std::vector<std::size_t> ReadTurns::order(const PairView& pair) {
  MemberSet last;     // asked when nobody else helps
  MemberSet put_off;  // before those
  for (std::size_t index = 0; index < pair.members.size(); ++index) {
    const MemberView& member = pair.members[index];
    if (member.out())
      last.set(index);
    else if (member.contact->lost || avoided(member))
      put_off.set(index);
  }
  std::vector<std::size_t> order;
  for (const std::uint8_t index : turns_of(pair)->next(last | put_off)) order.push_back(index);
  for (const auto& group : {put_off, last}) {
    for (std::size_t index = 0; index < pair.members.size(); ++index) {
      if (group.test(index)) order.push_back(index);
    }
  }
  return order;
}

std::unique_ptr<ReadTurns::Request> ReadTurns::request(const PairView& pair, const MemberView& member) {
  const auto index = static_cast<std::size_t>(&member - pair.members.data());
  return std::make_unique<Request>(turns_of(pair), index);
}

void ReadTurns::avoid(const MemberView& member) {
  const std::scoped_lock lock(mutex_);
  avoided_until_[member.record.node] = runtime_.now() + avoid_for;
}

bool ReadTurns::avoided(const MemberView& member) {
  const std::scoped_lock lock(mutex_);
  const auto found = avoided_until_.find(member.record.node);
  if (found == avoided_until_.end()) return false;
  if (runtime_.now() < found->second) return true;
  avoided_until_.erase(found);
  return false;
}

}  // namespace tandem::gateway
