#include "gateway/heal/adoption.hpp"

#include <algorithm>
#include <map>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/pair/marks.hpp"
#include "protocol/contract/limits.hpp"

namespace tandem::gateway {

Status Adoption::adopt(const ClusterRecord& cluster, const PairView& pair, std::span<const ObjectId> ids) {
  while (!ids.empty()) {
    const auto some = ids.first(std::min(ids.size(), limits::look_ids_max));
    if (Status status = adopt_some(cluster, pair, some); !status) return status;
    ids = ids.subspan(some.size());
  }
  return success();
}

Status Adoption::adopt_some(const ClusterRecord& cluster, const PairView& pair,
                            std::span<const ObjectId> ids) {
  std::vector<std::pair<const MemberView*, std::unique_ptr<Pending<std::vector<ObjectState>>>>> calls;
  for (const MemberView& member : pair.members) {
    if (!member.out()) calls.emplace_back(&member, member.node().look(member.guard, ids, 0));
  }
  std::map<ObjectId, ObjectState> newest;
  for (auto& [member, call] : calls) {
    const auto states = call->collect();
    if (!states) {
      verdicts_.failed(*member, states.error());
      return Error{Code::unavailable, states.error().cause}.on(member->record.address);
    }
    for (const ObjectState& state : *states) {
      if (!state.settled || state.damaged || !cluster.has_lost(state.revision)) continue;
      ObjectState& best = newest[state.id];
      if (state.revision > best.revision) best = state;
    }
  }
  for (const auto& [id, state] : newest) {
    if (Status status = adopt_one(pair, state); !status) return status;
  }
  return success();
}

Status Adoption::adopt_one(const PairView& pair, const ObjectState& newest) {
  const std::string key = keys::record(newest.id);
  const auto entry = catalogue_.get(key);
  if (!entry) return entry.error();
  if (!*entry) return success();
  auto record = decode<ObjectRecord>((*entry)->value);
  if (!record) return std::move(record).error();
  const bool restored = newest.revision < (*entry)->revision && record->kind == Kind::file;
  const bool changed_since_restore = epoch_of(record->stamp.fence) > epoch_of(newest.revision);
  if (!restored || changed_since_restore || record->stamp == newest.stamp) return success();
  record->stamp = newest.stamp;
  record->size_bytes = newest.size_bytes;
  record->digest = newest.digest;
  Transaction transaction{
      {Condition::at(key, (*entry)->revision), Condition::at(keys::pair(pair.record.name), pair.revision),
       Condition::empty(keys::tokens_of(newest.id))},
      {Change::put(key, encode(*record))}};
  for (const MemberView& member : pair.members) {
    const Mark mark{member.record.node, newest.id, Kind::file, true};
    if (Status status = add_mark(transaction, catalogue_, mark, runtime_.wall_now()); !status) return status;
  }
  const auto commit = catalogue_.commit(transaction);
  if (!commit) return commit.error();
  for (const Entry& entry_now : commit->current) {
    if (keys::parse_token(entry_now.key)) return Error{Code::unavailable, "somebody has a file locked"};
  }
  return success();  // a conflict: somebody has changed the file meanwhile
}

}  // namespace tandem::gateway
