// Puts an empty data folder in the place of a member whose disk is lost (I6): the pair's record names the new
// folder, which is filled from the other members. What the lost member may have missed is of no interest any
// longer; what the others miss is, so that the pair's last complete copy is not given away.
//
// Several clients may try at once: the pair's record decides.
#pragma once

#include <string>

#include "gateway/catalogue/events/event_log.hpp"
#include "gateway/nodes/membership.hpp"

namespace tandem::gateway {

struct ReplaceRequest {
  std::string node{};        // HOST:PORT of the member, as the catalogue has it
  std::string address{};     // where the new folder answers; may be the same
  bool accept_loss = false;  // although no other member is known to hold everything
};

class Replacement {
 public:
  Replacement(CachedCatalogue& catalogue, Membership& membership, EventLog& events, Runtime& runtime);

  // ok: the new folder is the member now, healing by comparing everything. `not_found`: no member of that
  // address. `exists`: the folder there is a member already, or belongs to another cluster. `unavailable`:
  // it does not answer, or no other member of the pair is known to hold everything. `stale`: the pair keeps
  // changing. Whatever it answers but ok, the pair is as it was; asked again, it goes on.
  Status replace(const ReplaceRequest& request);

 private:
  struct Place;
  Result<Place> find(const ReplaceRequest& request);
  Result<NodeIdentity> newcomer(const ClusterView& cluster, const std::string& address);
  Status guard_another_copy(const Place& place, Transaction& transaction);
  Result<bool> try_replace(const ReplaceRequest& request);

  CachedCatalogue& catalogue_;
  Membership& membership_;
  EventLog& events_;
  Runtime& runtime_;
};

}  // namespace tandem::gateway
