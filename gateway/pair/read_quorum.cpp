#include "gateway/pair/read_quorum.hpp"

#include <memory>

namespace tandem::gateway {
namespace {

struct Count {
  std::uint32_t answered = 0;
  std::string silent{};
};

// Asks all members that are in, or all that are out, at once.
void ask(const PairView& pair, bool out, const ObjectId& id, Verdicts& verdicts, Count& count) {
  struct Asked {
    const MemberView* member = nullptr;
    std::unique_ptr<Pending<std::vector<ObjectState>>> reply{};
  };
  std::vector<Asked> asked;
  for (const auto& member : pair.members) {
    if (member.out() != out) continue;
    asked.push_back({&member, member.node().look(member.guard, std::span(&id, 1), 0)});
  }
  for (auto& each : asked) {
    const auto reply = each.reply->collect();
    // `stale` says that another folder answers there: no member.
    if (!reply && (verdicts.failed(*each.member, reply.error()) || reply.code() == Code::stale)) {
      count.silent += "; " + each.member->record.address + ": " + reply.error().cause;
      continue;
    }
    if (reply) verdicts.reached(*each.member);
    ++count.answered;
  }
}

}  // namespace

Status members_answer(const PairView& pair, const ObjectId& id, std::uint32_t needed, Verdicts& verdicts) {
  if (needed <= 1) return success();
  Count count;
  ask(pair, false, id, verdicts, count);
  if (count.answered < needed) ask(pair, true, id, verdicts, count);
  if (count.answered >= needed) return success();
  return Error{Code::unavailable, std::to_string(count.answered) + " of the " + std::to_string(needed) +
                                      " members that must answer a read did" + count.silent}
      .hint("start a node that is away, or lower read_quorum");
}

}  // namespace tandem::gateway
