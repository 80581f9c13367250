#include "gateway/store/commit_plan.hpp"

#include <algorithm>

#include "gateway/tokens/change_permit.hpp"

namespace tandem::gateway {

Status mark_members_out(Core& core, const std::vector<Owed>& owed, Transaction& transaction,
                        std::vector<NodeId>& marked) {
  const auto cluster = core.membership.view();
  if (!cluster) return cluster.error();
  const WallTime now = core.runtime.wall_now();
  for (const auto& each : owed) {
    for (const auto* member : members_owed(**cluster, each)) {
      if (!member->out()) continue;
      const Mark mark{member->record.node, each.id, each.kind, false};
      if (auto added = add_mark(transaction, core.catalogue, mark, now); !added) return added;
      marked.push_back(mark.node);
    }
  }
  return success();
}

Result<Revision> commit_plan(Core& core, const std::function<Result<Plan>()>& plan) {
  const Instant deadline = core.runtime.now() + core.config.timeouts.operation;
  ChangePermit permit(core.tokens, core.runtime, core.config.timeouts.lock_wait);
  for (int attempt = 0; attempt == 0 || core.runtime.now() < deadline; ++attempt) {
    auto planned = plan();
    if (!planned) {
      if (planned.code() != Code::stale) return std::move(planned).error();
      wait_after_conflict(core, attempt);
      continue;
    }
    if (planned->transaction.changes.empty()) return Revision{0};  // nothing to do
    if (auto permitted = permit.guard(planned->transaction); !permitted) return std::move(permitted).error();
    SettleQueue::Work work;
    work.owed = planned->owed;
    if (auto marked = mark_members_out(core, work.owed, planned->transaction, work.marked); !marked) {
      return std::move(marked).error();
    }
    auto committed = core.operations.commit(planned->transaction, work.owed);
    if (!committed && committed.code() != Code::stale) return std::move(committed).error();
    if (!committed) {  // a session that has ended is replaced by the next attempt
      wait_after_conflict(core, attempt);
      continue;
    }
    if (!committed->commit.committed) {
      const auto cleared = permit.clear_way(committed->commit);
      if (!cleared) return cleared.error();
      if (!*cleared) wait_after_conflict(core, attempt);
      continue;
    }
    work.ticket = std::move(committed->ticket);
    const Revision revision = committed->commit.revision;
    if (work.owed.empty())
      core.operations.settled(work.ticket);
    else
      core.settles.add(std::move(work));
    return revision;
  }
  return Error{Code::unavailable, "others keep changing it"}.hint("try again");
}

void wait_after_conflict(Core& core, int attempt) {
  const Duration longest = std::chrono::milliseconds(1) * (1 << std::min(attempt, 6));
  const auto part = static_cast<double>(random_number(core.runtime) >> 11) * 0x1p-53;
  core.runtime.sleep_until(core.runtime.now() +
                           Duration(static_cast<std::int64_t>(part * static_cast<double>(longest.count()))));
}

}  // namespace tandem::gateway
