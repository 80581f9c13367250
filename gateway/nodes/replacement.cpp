#include "gateway/nodes/replacement.hpp"

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/nodes/verdicts.hpp"

namespace tandem::gateway {
namespace {

constexpr int conflicts_max = 10;

}  // namespace

struct Replacement::Place {
  std::shared_ptr<const ClusterView> cluster{};
  const PairView* pair = nullptr;
  const MemberView* member = nullptr;
};

Replacement::Replacement(CachedCatalogue& catalogue, Membership& membership, EventLog& events,
                         Runtime& runtime)
    : catalogue_(catalogue), membership_(membership), events_(events), runtime_(runtime) {}

Status Replacement::replace(const ReplaceRequest& request) {
  for (int conflict = 0; conflict < conflicts_max; ++conflict) {
    const auto replaced = try_replace(request);
    if (!replaced) return replaced.error();
    if (*replaced) return success();
  }
  return Error{Code::stale, "the pair keeps changing while its member is replaced"}.on(request.node);
}

Result<Replacement::Place> Replacement::find(const ReplaceRequest& request) {
  auto cluster = membership_.view();
  if (!cluster) return cluster.error();
  Place place{.cluster = std::move(*cluster)};
  for (const auto& pair : place.cluster->pairs) {
    for (const auto& member : pair.members) {
      if (member.record.address == request.node) {
        place.pair = &pair;
        place.member = &member;
      } else if (member.record.address == request.address) {
        return Error{Code::exists, "a member of pair " + pair.record.name + " answers there"}.on(
            request.address);
      }
    }
  }
  if (place.member == nullptr) {
    return Error{Code::not_found, "no pair has a member of that address"}
        .on(request.node)
        .hint("`tandem status` lists them");
  }
  return place;
}

// Who answers there, if it may become a member.
Result<NodeIdentity> Replacement::newcomer(const ClusterView& cluster, const std::string& address) {
  const auto identity = membership_.connect(address)->identify()->collect();
  if (!identity) {
    return Error(identity.error()).on(address).hint("start it: storaged --root DIR --listen " + address);
  }
  if (const PairView* pair = cluster.pair_of(identity->node)) {
    const std::string& home = pair->member(identity->node)->record.address;
    if (home == address) {
      return Error{Code::exists, "the folder that answers there is the member's own"}.on(address).hint(
          "nothing to replace; `tandem heal` brings it up to date");
    }
    return Error{Code::exists, "the folder there is the one of the member at " + home}.on(address).hint(
        "start storaged on an empty folder");
  }
  if (!identity->cluster.is_null() && identity->cluster != cluster.cluster.id) {
    return Error{Code::exists, "the folder there belongs to another cluster"}.on(address).hint(
        "start storaged on an empty folder");
  }
  return *identity;
}

// The transaction holds only while some other member holds everything and is in.
Status Replacement::guard_another_copy(const Place& place, Transaction& transaction) {
  std::string why_not = "it is the only one of its pair";
  for (const auto& other : place.pair->members) {
    if (&other == place.member) continue;
    const auto marks = catalogue_.scan(keys::marks_of(other.record.node), {}, 1);
    if (!marks) return marks.error();
    // The catalogue may not know yet that it was wiped or killed: asked, it says so.
    const auto identity = other.node().identify()->collect();
    const bool as_known =
        identity && identity->node == other.record.node && identity->run == other.record.run;
    if (marks->entries.empty() && other.state.state == NodeState::live && as_known) {
      transaction.conditions.push_back(state_unchanged(other));
      transaction.conditions.push_back(Condition::empty(keys::marks_of(other.record.node)));
      return success();
    }
    why_not = other.record.address + (!marks->entries.empty() ? " has not got everything"
                                      : !as_known             ? " does not answer as the member it was"
                                                              : " is not live");
  }
  return Error{Code::unavailable, "no other member of the pair is known to hold everything: " + why_not}
      .on(place.member->record.address)
      .hint("heal first; --accept-loss gives up what only the lost disk held");
}

Result<bool> Replacement::try_replace(const ReplaceRequest& request) {
  const auto place = find(request);
  if (!place) return place.error();
  const auto identity = newcomer(*place->cluster, request.address);
  if (!identity) return identity.error();
  Transaction transaction;
  const MemberView& before = *place->member;
  transaction.conditions = {Condition::at(keys::pair(place->pair->record.name), place->pair->revision),
                            state_unchanged(before)};
  if (!request.accept_loss) {
    if (auto safe = guard_another_copy(*place, transaction); !safe) return std::move(safe).error();
  }
  // Joined before the pair names it: a folder of the cluster in no pair is harmless, the other way round its
  // pair could not write.
  const auto joined =
      membership_.connect(request.address)->join(place->cluster->cluster.id, before.guard.epoch)->collect();
  if (!joined) return Error(joined.error()).on(request.address);

  PairRecord pair = place->pair->record;
  for (auto& member : pair.members) {
    if (member.node == before.record.node) member = {identity->node, request.address, identity->run};
  }
  const NodeRecord state{.state = NodeState::healing,
                         .reason = "in the place of a lost folder: comparing everything",
                         .since_ns = runtime_.wall_now(),
                         .filling = true};
  transaction.changes = {Change::put(keys::pair(pair.name), encode(pair)),
                         Change::put(keys::node(identity->node), encode(state))};
  if (before.state_revision != 0) {
    transaction.changes.push_back(Change::erase(keys::node(before.record.node)));
  }
  EventRecord event{.kind = std::string(event_kind::node_replaced),
                    .node = request.address,
                    .message = "folder " + to_string(identity->node) + " in the place of " +
                               to_string(before.record.node) + " at " + request.node};
  if (const Status told = events_.add(transaction, std::move(event)); !told) return told.error();
  const auto commit = catalogue_.commit(transaction);
  if (!commit) return commit.error();
  return commit->committed;
}

}  // namespace tandem::gateway
