#include "gateway/nodes/verdicts.hpp"

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

constexpr int conflicts_max = 5;

bool means_unreachable(const Error& error) {
  return error.code == Code::unavailable || error.code == Code::outcome_unknown;
}

}  // namespace

Condition state_unchanged(const MemberView& member) {
  const std::string key = keys::node(member.record.node);
  return member.state_revision == 0 ? Condition::absent(key) : Condition::at(key, member.state_revision);
}

Verdicts::Verdicts(CachedCatalogue& catalogue, Membership& membership, EventLog& events, Runtime& runtime,
                   Listener listener)
    : catalogue_(catalogue),
      membership_(membership),
      events_(events),
      runtime_(runtime),
      listener_(std::move(listener)) {}

void Verdicts::reached(const MemberView& member) {
  Contact& contact = *member.contact;
  if (contact.lost.load(std::memory_order_relaxed) && contact.lost.exchange(false)) {
    listener_(Happening::regained, member.record.address, {});
  }
  if (!contact.met.load(std::memory_order_relaxed) && !contact.met.exchange(true)) {
    listener_(Happening::connected, member.record.address, {});
  }
}

bool Verdicts::failed(const MemberView& member, const Error& error) {
  if (!means_unreachable(error)) {
    if (error.code == Code::stale) member.contact->restarted = true;
    reached(member);
    return false;
  }
  if (!member.contact->lost.exchange(true)) {
    listener_(Happening::lost, member.record.address, error.cause);
  }
  if (!member.out()) put_out(member.record.node, error.cause);
  return true;
}

void Verdicts::put_out(const NodeId& node, const std::string& reason) {
  for (int conflict = 0; conflict < conflicts_max; ++conflict) {
    const auto done = try_put_out(node, reason);
    if (!done || *done) return;  // a catalogue that does not commit has bigger troubles than a stale hint
  }
}

Result<bool> Verdicts::try_put_out(const NodeId& node, const std::string& reason) {
  const auto view = membership_.view();
  if (!view) return view.error();
  const PairView* pair = (*view)->pair_of(node);
  if (pair == nullptr) return true;
  Transaction transaction;
  EventRecord event{.kind = std::string(event_kind::node_out), .message = reason};
  bool another_is_in = false;
  for (const auto& member : pair->members) {
    transaction.conditions.push_back(state_unchanged(member));
    if (member.record.node != node) {
      another_is_in = another_is_in || !member.out();
      continue;
    }
    if (member.out()) return true;
    NodeRecord next = member.state;
    next.state = NodeState::out;
    next.reason = reason;
    next.since_ns = runtime_.wall_now();
    event.node = member.record.address;
    transaction.changes.push_back(Change::put(keys::node(node), encode(next)));
  }
  if (!another_is_in) return true;
  if (const Status told = events_.add(transaction, std::move(event)); !told) return told.error();
  const auto commit = catalogue_.commit(transaction);
  if (!commit) return commit.error();
  return commit->committed;
}

}  // namespace tandem::gateway
