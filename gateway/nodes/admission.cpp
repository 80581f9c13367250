#include "gateway/nodes/admission.hpp"

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

constexpr int conflicts_max = 10;

// Why the folder that answers is not the member, or nothing.
std::string foreign_because(const NodeIdentity& identity, const MemberView& member) {
  if (identity.node != member.record.node) {
    return "another data folder answers at this address (" + to_string(identity.node) + ")";
  }
  if (identity.cluster != member.guard.cluster) {
    return identity.cluster.is_null() ? "the folder there belongs to no cluster"
                                      : "the folder there belongs to another cluster";
  }
  if (identity.epoch > member.guard.epoch) return "the node has seen a newer catalogue than this one";
  return {};
}

bool has_lost_nothing(const NodeIdentity& identity, const MemberView& member) {
  if (identity.run == member.record.run) return true;
  return identity.previous_run == member.record.run && identity.previous_clean;
}

}  // namespace

Admission::Admission(CachedCatalogue& catalogue, Membership& membership, Verdicts& verdicts, EventLog& events,
                     Runtime& runtime)
    : catalogue_(catalogue),
      membership_(membership),
      verdicts_(verdicts),
      events_(events),
      runtime_(runtime) {}

Status Admission::admit(const NodeId& node) {
  for (int conflict = 0; conflict < conflicts_max; ++conflict) {
    auto admitted = try_admit(node);
    if (!admitted) return std::move(admitted).error();
    if (*admitted) return success();
  }
  return Error{Code::stale, "the pair keeps changing while a member is admitted"};
}

Result<bool> Admission::try_admit(const NodeId& node) {
  const auto view = membership_.view();
  if (!view) return view.error();
  const PairView* pair = (*view)->pair_of(node);
  if (pair == nullptr) return Error{Code::not_found, "no pair has the member " + to_string(node)};
  const MemberView& member = *pair->member(node);

  const auto identity = member.node().identify()->collect();
  if (!identity) {
    verdicts_.failed(member, identity.error());
    return Error(identity.error()).on(member.record.address);
  }
  verdicts_.reached(member);
  if (const auto reason = foreign_because(*identity, member); !reason.empty()) {
    if (auto refused = refuse(member, reason); !refused) return std::move(refused).error();
    return Error{Code::denied, reason}.on(member.record.address);
  }
  if (identity->epoch < member.guard.epoch) {
    CallGuard guard = member.guard;
    guard.epoch = identity->epoch;
    guard.run = identity->run;
    if (auto adopted = member.node().adopt_epoch(guard, member.guard.epoch)->collect(); !adopted) {
      return Error(adopted.error()).on(member.record.address);
    }
  }
  const bool same_run = identity->run == member.record.run;
  if (same_run && !member.out()) {
    member.contact->restarted = false;
    return true;
  }

  Transaction transaction;
  transaction.conditions = {Condition::at(keys::pair(pair->record.name), pair->revision),
                            state_unchanged(member)};
  if (!same_run) {
    PairRecord next = pair->record;
    for (auto& record : next.members) {
      if (record.node == node) record.run = identity->run;
    }
    transaction.changes.push_back(Change::put(keys::pair(pair->record.name), encode(next)));
  }
  NodeRecord state = member.state;
  state.state = NodeState::healing;
  state.reason = state.filling ? "back, and everything it holds is compared" : "back since it was away";
  state.since_ns = runtime_.wall_now();
  if (!has_lost_nothing(*identity, member)) {
    state.reason = "its last run did not end in order: comparing everything";
    state.filling = true;
    state.filled_up_to = std::nullopt;
  }
  transaction.changes.push_back(Change::put(keys::node(node), encode(state)));
  EventRecord event{
      .kind = std::string(event_kind::node_back), .node = member.record.address, .message = state.reason};
  if (const Status told = events_.add(transaction, std::move(event)); !told) return told.error();
  const auto commit = catalogue_.commit(transaction);
  if (!commit) return commit.error();
  if (commit->committed) member.contact->restarted = false;
  return commit->committed;
}

// The last member that is in stays in, whoever it turns out to be (I5).
Status Admission::refuse(const MemberView& member, const std::string& reason) {
  if (!member.out()) {
    verdicts_.put_out(member.record.node, reason);
    return success();
  }
  if (member.state.reason == reason) return success();
  NodeRecord state = member.state;
  state.reason = reason;
  state.since_ns = runtime_.wall_now();
  Transaction transaction{{state_unchanged(member)},
                          {Change::put(keys::node(member.record.node), encode(state))}};
  EventRecord event{
      .kind = std::string(event_kind::node_refused), .node = member.record.address, .message = reason};
  if (const Status told = events_.add(transaction, std::move(event)); !told) return told.error();
  const auto commit = catalogue_.commit(transaction);
  if (!commit) return commit.error();
  return success();
}

}  // namespace tandem::gateway
