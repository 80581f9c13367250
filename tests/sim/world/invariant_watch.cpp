#include "tests/sim/world/invariant_watch.hpp"

#include "tests/sim/checkers/namespace_check.hpp"

namespace tandem::sim {

namespace keys = gateway::keys;
using gateway::Change;
using gateway::ObjectRecord;
using gateway::PairRecord;

void InvariantWatch::committed(const gateway::Transaction& transaction, Revision revision) {
  ++commits_;
  const std::vector<gateway::Entry> entries = catalogue_.entries();
  if (const auto wrong = check_namespace(entries)) scheduler_.fail("I4: " + *wrong);
  State state;
  for (const gateway::Entry& entry : entries) state.emplace(entry.key, entry);
  for (const Change& change : transaction.changes) {
    const bool erased = change.kind == Change::Kind::erase;
    if (const auto id = keys::parse_record(change.key)) {
      if (erased) removed_at_[*id] = revision;
      const auto record = gateway::decode<ObjectRecord>(change.value);
      if (!erased && record) record_written(state, *id, *record);
    }
    const auto mark = keys::parse_mark(change.key);
    if (erased && mark) mark_erased(state, *mark);
  }
}

void InvariantWatch::record_written(const State& state, const ObjectId& id, const ObjectRecord& record) {
  if (removed_at_.contains(id)) scheduler_.fail("I4: the removed id " + to_string(id) + " is used again");
  if (record.kind != Kind::file) return;
  const auto [content, is_new] = contents_.emplace(std::pair(id, record.stamp), record.digest);
  if (content->second != record.digest) {
    scheduler_.fail("I3: stamp " + to_string(record.stamp) + " of " + to_string(id) + " names two contents");
  }
  if (const auto known = stamps_.find(id); known != stamps_.end() && known->second == record.stamp) return;
  if (!is_new) scheduler_.fail("I3: " + to_string(id) + " went back to an earlier content");
  stamps_[id] = record.stamp;
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

}  // namespace tandem::sim
