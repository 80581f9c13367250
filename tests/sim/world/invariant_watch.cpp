#include "tests/sim/world/invariant_watch.hpp"

#include <algorithm>

#include "tests/sim/checkers/namespace_check.hpp"

namespace tandem::sim {

namespace keys = gateway::keys;
using gateway::Change;
using gateway::NodeRecord;
using gateway::ObjectRecord;
using gateway::PairRecord;

namespace {

template <class Each>
void for_each_pair(const std::map<std::string, gateway::Entry>& state, Each&& each) {
  for (auto entry = state.lower_bound(std::string(keys::pairs_prefix));
       entry != state.end() && entry->first.starts_with(keys::pairs_prefix); ++entry) {
    if (const auto pair = gateway::decode<PairRecord>(entry->second.value)) each(*pair);
  }
}

bool is_member(const std::map<std::string, gateway::Entry>& state, const NodeId& node) {
  bool found = false;
  for_each_pair(state, [&](const PairRecord& pair) {
    for (const auto& member : pair.members) found = found || member.node == node;
  });
  return found;
}

}  // namespace

void InvariantWatch::committed(const gateway::Transaction& transaction, Revision revision) {
  ++commits_;
  const std::vector<gateway::Entry> entries = catalogue_.entries();
  if (const auto wrong = check_namespace(entries)) scheduler_.fail("I4: " + *wrong);
  State state;
  for (const gateway::Entry& entry : entries) state.emplace(entry.key, entry);
  bool members_touched = false;
  for (const Change& change : transaction.changes) {
    members_touched = members_touched || change.key.starts_with(keys::pairs_prefix) ||
                      change.key.starts_with(keys::nodes_prefix);
    const bool erased = change.kind == Change::Kind::erase;
    if (const auto id = keys::parse_record(change.key)) {
      if (erased) {
        removed_at_[*id] = revision;
        end_period(*id, revision);
      }
      const auto record = gateway::decode<ObjectRecord>(change.value);
      if (!erased && record) record_written(state, *id, *record, revision);
    }
    const auto mark = keys::parse_mark(change.key);
    if (erased && mark) mark_erased(state, *mark);
  }
  check_tokens(state, transaction);
  if (members_touched) members_changed(state);
}

// No transaction that changes a record or a name touches tokens, so the state behind it tells who held them.
void InvariantWatch::check_tokens(const State& state, const gateway::Transaction& transaction) {
  SessionId committer = 0;
  for (const auto& condition : transaction.conditions) {
    committer = std::max(committer, keys::parse_session(condition.key).value_or(0));
  }
  for (const Change& change : transaction.changes) {
    const auto name = keys::parse_name(change.key);
    const auto id = name ? std::optional(name->directory) : keys::parse_record(change.key);
    if (!id) continue;
    const std::string tokens = keys::tokens_of(*id);
    for (auto entry = state.lower_bound(tokens); entry != state.end() && entry->first.starts_with(tokens);
         ++entry) {
      if (entry->second.session == committer) continue;
      scheduler_.fail("I3: session " + std::to_string(committer) + " changes " + to_string(*id) +
                      ", which session " + std::to_string(entry->second.session) + " holds");
    }
  }
}

void InvariantWatch::record_written(const State& state, const ObjectId& id, const ObjectRecord& record,
                                    Revision revision) {
  if (removed_at_.contains(id)) scheduler_.fail("I4: the removed id " + to_string(id) + " is used again");
  if (record.kind != Kind::file) return;
  const auto [content, is_new] = contents_.emplace(std::pair(id, record.stamp), record.digest);
  if (content->second != record.digest) {
    scheduler_.fail("I3: stamp " + to_string(record.stamp) + " of " + to_string(id) + " names two contents");
  }
  if (const auto known = stamps_.find(id); known != stamps_.end() && known->second == record.stamp) return;
  if (const auto known = stamps_.find(id); known != stamps_.end() && known->second.fence > record.stamp.fence)
    scheduler_.fail("I3: the fences of " + to_string(id) + " decrease, from " + to_string(known->second) +
                    " to " + to_string(record.stamp));
  if (!is_new) scheduler_.fail("I3: " + to_string(id) + " went back to an earlier content");
  stamps_[id] = record.stamp;
  end_period(id, revision);
  periods_[record.digest].push_back({id});
  current_[id] = record.digest;
  content_committed(state, id, record);
}

void InvariantWatch::content_committed(const State& state, const ObjectId& id, const ObjectRecord& record) {
  const auto entry = state.find(keys::pair(record.pair));
  if (entry == state.end()) return scheduler_.fail("I1: a file of the unknown pair '" + record.pair + "'");
  const auto pair = gateway::decode<PairRecord>(entry->second.value);
  if (!pair) return scheduler_.fail("the record of pair '" + record.pair + "' does not parse");
  std::uint32_t holders = 0;
  for (const auto& member : pair->members) {
    if (ledger_.holds(member.node, id, record.stamp)) {
      ++holders;
    } else if (!state.contains(keys::mark(member.node, id))) {
      scheduler_.fail("I1: " + member.address + " does not hold " + to_string(id) + " at " +
                      to_string(record.stamp) + " and has no mark");
    }
  }
  if (holders < write_quorum_) {
    scheduler_.fail("I1: " + std::to_string(holders) + " members hold " + to_string(id) + " at its commit");
  }
}

void InvariantWatch::mark_erased(const State& state, const keys::MarkKey& mark) {
  if (!is_member(state, mark.node)) return;  // was replaced: it owes nothing
  if (comparing_will_find(state, mark)) return;
  const Revision settled = ledger_.settled_at(mark.node, mark.id);
  const auto entry = state.find(keys::record(mark.id));
  if (entry == state.end()) {
    const auto removed = removed_at_.find(mark.id);
    if (removed == removed_at_.end() || settled >= removed->second) return;
    return scheduler_.fail("I5: the mark of a removed id " + to_string(mark.id) +
                           " went before the node knew");
  }
  const auto record = gateway::decode<ObjectRecord>(entry->second.value);
  if (!record || settled >= entry->second.revision) return;
  if (record->kind == Kind::file && ledger_.holds(mark.node, mark.id, record->stamp)) return;
  scheduler_.fail("I5: the mark of " + to_string(mark.id) + " went before the node held what is current");
}

// The node is away, all it holds will be compared once it is back, and what it misses here is younger.
bool InvariantWatch::comparing_will_find(const State& state, const keys::MarkKey& mark) {
  const auto entry = state.find(keys::node(mark.node));
  if (entry == state.end()) return false;
  const auto node = gateway::decode<NodeRecord>(entry->second.value);
  if (!node || node->state != gateway::NodeState::out || !node->filling || node->filled_up_to) return false;
  const auto record = state.find(keys::record(mark.id));
  return record == state.end() || record->second.revision > entry->second.revision;
}

void InvariantWatch::end_period(const ObjectId& id, Revision revision) {
  const auto digest = current_.find(id);
  if (digest == current_.end()) return;
  for (Period& period : periods_[digest->second]) {
    if (period.id == id && period.until == 0) period.until = revision;
  }
  current_.erase(digest);
}

bool InvariantWatch::was_current(const Digest& digest, Revision since) const {
  const auto found = periods_.find(digest);
  if (found == periods_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(),
                     [&](const Period& period) { return period.until == 0 || period.until > since; });
}

void InvariantWatch::members_changed(const State& state) {
  for_each_pair(state, [&](const PairRecord& pair) {
    for (const auto& member : pair.members) {
      Run& known = runs_[member.node];
      if (known != member.run) ledger_.admitted(member.node);
      known = member.run;
    }
    check_members(state, pair);
  });
}

void InvariantWatch::check_members(const State& state, const PairRecord& pair) {
  std::size_t out = 0;
  for (const auto& member : pair.members) {
    const auto entry = state.find(keys::node(member.node));
    const auto known =
        entry == state.end() ? NodeRecord{} : gateway::decode<NodeRecord>(entry->second.value).value();
    out += known.state == gateway::NodeState::out ? 1 : 0;
    if (!known.filling && !ledger_.awaits_admission(member.node)) check_holds_all(state, pair, member);
  }
  if (out == pair.members.size()) scheduler_.fail("I5: the last member of " + pair.name + " is put out");
}

void InvariantWatch::check_holds_all(const State& state, const PairRecord& pair,
                                     const gateway::MemberRecord& who) {
  for (auto entry = state.lower_bound(std::string(keys::records_prefix));
       entry != state.end() && entry->first.starts_with(keys::records_prefix); ++entry) {
    const auto id = keys::parse_record(entry->first);
    const auto record = gateway::decode<ObjectRecord>(entry->second.value);
    if (!id || !record || record->kind != Kind::file || record->pair != pair.name) continue;
    if (ledger_.holds(who.node, *id, record->stamp) || state.contains(keys::mark(who.node, *id))) continue;
    return scheduler_.fail("I6: " + who.address + " counts as current, yet neither holds " + to_string(*id) +
                           " nor has a mark for it");
  }
}

}  // namespace tandem::sim
