#include "gateway/heal/reaper.hpp"

#include <algorithm>

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t page_entries = 1000;
constexpr std::size_t staged_per_call = 1000;
constexpr std::size_t marks_per_commit = 40;

}  // namespace

Reaper::Reaper(CachedCatalogue& catalogue, Membership& membership, Verdicts& verdicts, Runtime& runtime)
    : catalogue_(catalogue), membership_(membership), verdicts_(verdicts), runtime_(runtime) {}

Result<std::size_t> Reaper::reap() {
  const auto dead = catalogue_.engine().dead_sessions();
  if (!dead) return dead.error();
  for (const SessionId session : *dead) {
    if (auto ended = catalogue_.engine().end_session(session); !ended) return std::move(ended).error();
  }
  const auto cluster = membership_.view();
  if (!cluster) return cluster.error();
  std::size_t reaped = 0;
  std::string after;
  for (;;) {
    const auto page = catalogue_.scan(keys::slots_prefix, after, page_entries);
    if (!page) return page.error();
    std::optional<SessionId> last;
    bool last_alive = true;
    for (const auto& slot : page->entries) {
      const auto session = keys::parse_slot_session(slot.key);
      if (!session) continue;
      if (session != last) {
        const auto lives = alive(*session);
        if (!lives) return lives.error();
        last = session;
        last_alive = *lives;
      }
      if (last_alive) continue;
      if (auto done = reap_slot(**cluster, slot); !done) return std::move(done).error();
      ++reaped;
    }
    if (!page->more) return reaped;
    after = page->entries.back().key;
  }
}

// The marks first: should this client die in between, the slot is reaped once more.
Status Reaper::reap_slot(const ClusterView& cluster, const Entry& slot) {
  const auto record = decode<SlotRecord>(slot.value);
  if (!record) return record.error();
  std::vector<Mark> marks;
  for (const auto& owed : record->owed) {
    for (const auto* member : members_owed(cluster, owed)) {
      marks.push_back({member->record.node, owed.id, owed.kind, owed.kind == Kind::file});
    }
  }
  if (auto put = put_marks(catalogue_, marks, runtime_.wall_now()); !put) return put;
  const Transaction erase{{Condition::at(slot.key, slot.revision)}, {Change::erase(slot.key)}};
  const auto commit = catalogue_.commit(erase);
  return commit ? success() : Status(commit.error());  // a conflict: another one has reaped it
}

// Guarded on every pair, so that a node that becomes a member meanwhile keeps its marks.
Result<std::size_t> Reaper::forget_former_members() {
  const auto cluster = membership_.view();
  if (!cluster) return cluster.error();
  std::vector<Condition> nobody_joined;
  for (const auto& pair : (*cluster)->pairs) {
    nobody_joined.push_back(Condition::at(keys::pair(pair.record.name), pair.revision));
  }
  std::size_t forgotten = 0;
  std::string after;
  for (;;) {
    const auto first = catalogue_.scan(keys::marks_prefix, after, 1);
    if (!first) return first.error();
    if (first->entries.empty()) return forgotten;
    const auto mark = keys::parse_mark(first->entries.front().key);
    if (!mark) return Error{Code::corrupt, "a mark of the catalogue cannot be read"};
    const std::string of_node = keys::marks_of(mark->node);
    if ((*cluster)->pair_of(mark->node) != nullptr) {
      after = of_node + std::string(ObjectId::size_bytes, '\xff');  // behind all of its marks
      continue;
    }
    const auto page = catalogue_.scan(of_node, {}, marks_per_commit);
    if (!page) return page.error();
    Transaction transaction;
    transaction.conditions = nobody_joined;
    for (const auto& entry : page->entries) {
      transaction.conditions.push_back(Condition::at(entry.key, entry.revision));
      transaction.changes.push_back(Change::erase(entry.key));
    }
    const auto commit = catalogue_.commit(transaction);
    if (!commit) return commit.error();
    if (!commit->committed) return forgotten;  // somebody else is at it, or joined: another round
    forgotten += page->entries.size();
  }
}

Result<bool> Reaper::alive(SessionId session) {
  const auto found = catalogue_.get(keys::session(session));
  if (!found) return found.error();
  return found->has_value();
}

Status Reaper::collect_staged(const NodeId& node) {
  const auto cluster = membership_.view();
  if (!cluster) return cluster.error();
  const PairView* pair = (*cluster)->pair_of(node);
  if (pair == nullptr) return success();
  const MemberView& member = *pair->member(node);
  const auto staged = member.node().staged(member.guard, staged_per_call)->collect();
  if (!staged) {
    verdicts_.failed(member, staged.error());
    return staged.error();
  }
  std::vector<ObjectId> ids;
  for (const auto& each : *staged) ids.push_back(each.id);
  if (ids.size() > limits::look_ids_max) ids.resize(limits::look_ids_max);
  if (ids.empty()) return success();
  const auto states = member.node().look(member.guard, ids, 0)->collect();
  if (!states) return states.error();
  std::vector<StagedState> garbage;
  for (std::size_t index = 0; index < ids.size() && index < states->size(); ++index) {
    const auto drop = is_garbage((*staged)[index], (*states)[index]);
    if (!drop) return drop.error();
    if (*drop) garbage.push_back((*staged)[index]);
  }
  if (garbage.empty()) return success();
  return member.node().drop_staged(member.guard, garbage)->collect();
}

// The session is looked at before the record: once it is dead, no commit can name the stamp any more. Bytes
// the record does name are kept until the node is settled at them: a healer may need them.
Result<bool> Reaper::is_garbage(const StagedState& staged, const ObjectState& state) {
  if (staged.session != 0) {
    const auto lives = alive(staged.session);
    if (!lives) return lives.error();
    if (*lives) return false;
  }
  const auto record = catalogue_.get(keys::record(staged.id));
  if (!record) return record.error();
  if (!*record) return true;
  const auto object = decode<ObjectRecord>((*record)->value);
  if (!object) return object.error();
  return object->stamp != staged.stamp || (state.settled && !state.damaged && state.stamp == staged.stamp);
}

}  // namespace tandem::gateway
