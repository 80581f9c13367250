// Commits what the namespace plans, with what belongs into every change: the marks of members that cannot be
// told now (I1), the session, a slot; and settles the nodes behind the answer.
#pragma once

#include <functional>

#include "gateway/store/core.hpp"

namespace tandem::gateway {

// Adds a mark for every member of `owed` that is out, and lists them in `marked`.
Status mark_members_out(Core& core, const std::vector<Owed>& owed, Transaction& transaction,
                        std::vector<NodeId>& marked);

// Plans and commits until it is done or refused. `unavailable` when others keep getting in between until
// the operation's time-out. Returns the revision of the commit.
Result<Revision> commit_plan(Core& core, const std::function<Result<Plan>()>& plan);

// How long to wait before the next attempt after a conflict: short, growing, and different for everybody.
void wait_after_conflict(Core& core, int attempt);

}  // namespace tandem::gateway
