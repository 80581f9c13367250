// Takes over what dead clients left behind, in this order: their session dies, their slots become marks,
// their staged bytes are collected. Before the session is dead its transactions could still name those bytes.
//
// Any number of clients may reap at once.
#pragma once

#include "gateway/catalogue/names/cached_catalogue.hpp"
#include "gateway/catalogue/records/records.hpp"
#include "gateway/nodes/membership.hpp"
#include "gateway/nodes/verdicts.hpp"
#include "gateway/pair/marks.hpp"

namespace tandem::gateway {

class Reaper {
 public:
  Reaper(CachedCatalogue& catalogue, Membership& membership, Verdicts& verdicts, Runtime& runtime);

  // Ends dead sessions and turns slots without a session into marks. Returns how many slots there were.
  Result<std::size_t> reap();

  // Erases marks of nodes that are members no longer. Returns how many.
  Result<std::size_t> forget_former_members();

  // Drops staged bytes on a member which no commit can name any longer.
  Status collect_staged(const NodeId& node);

 private:
  Status reap_slot(const ClusterView& cluster, const Entry& slot);
  Result<bool> is_garbage(const StagedState& staged, const ObjectState& state);
  Result<bool> alive(SessionId session);

  CachedCatalogue& catalogue_;
  Membership& membership_;
  Verdicts& verdicts_;
  Runtime& runtime_;
};

}  // namespace tandem::gateway
