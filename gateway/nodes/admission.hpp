// Lets a node that answers again take part: who it is and which life it is in are checked against the
// catalogue first (I6), and the new life is written into its pair, so that commits staged on the earlier one
// look again. What it missed meanwhile is healed afterwards; until then it is `healing`.
//
// Any number of clients may admit the same node at the same time.
#pragma once

#include "gateway/nodes/verdicts.hpp"

namespace tandem::gateway {

class Admission {
 public:
  Admission(CachedCatalogue& catalogue, Membership& membership, Verdicts& verdicts, EventLog& events,
            Runtime& runtime);

  // ok: the member is live or healing now and its present run is the catalogue's. `unavailable`: it does not
  // answer. `denied`: another folder answers at its address; it stays out, with that reason.
  // `stale`: too many clients changed the pair at once.
  Status admit(const NodeId& node);

 private:
  Result<bool> try_admit(const NodeId& node);
  Status refuse(const MemberView& member, const std::string& reason);

  CachedCatalogue& catalogue_;
  Membership& membership_;
  Verdicts& verdicts_;
  EventLog& events_;
  Runtime& runtime_;
};

}  // namespace tandem::gateway
