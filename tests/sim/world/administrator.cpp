#include "tests/sim/world/administrator.hpp"

#include <algorithm>
#include <map>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/catalogue/records/records.hpp"

namespace tandem::sim {
namespace {

namespace keys = gateway::keys;
using gateway::Change;
using gateway::Condition;
using gateway::NodeRecord;
using gateway::NodeState;
using gateway::ObjectRecord;
using gateway::PairRecord;
using gateway::Transaction;

using Entries = std::map<std::string, gateway::Entry, std::less<>>;

Entries entries_of(World& world) {
  Entries entries;
  for (gateway::Entry& entry : world.catalogue().entries()) entries.emplace(entry.key, std::move(entry));
  return entries;
}

template <class Each>
void for_each_of(const Entries& entries, std::string_view prefix, Each&& each) {
  for (auto entry = entries.lower_bound(prefix); entry != entries.end() && entry->first.starts_with(prefix);
       ++entry)
    each(entry->second);
}

bool has_any(const Entries& entries, std::string_view prefix) {
  const auto first = entries.lower_bound(prefix);
  return first != entries.end() && first->first.starts_with(prefix);
}

// The entry of the pair the node is a member of.
Entries::const_iterator pair_of(const Entries& entries, const NodeId& node) {
  return std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
    if (!entry.first.starts_with(keys::pairs_prefix)) return false;
    const auto pair = gateway::decode<PairRecord>(entry.second.value);
    return pair && std::any_of(pair->members.begin(), pair->members.end(),
                               [&](const auto& member) { return member.node == node; });
  });
}

bool counts_as_current(World& world, const Entries& entries, SimNode& node) {
  if (!node.answers() || node.process()->frozen()) return false;
  const NodeId& id = node.known_as();
  if (pair_of(entries, id) == entries.end() || world.ledger().awaits_admission(id)) return false;
  const auto state = entries.find(keys::node(id));
  if (state != entries.end()) {
    const auto record = gateway::decode<NodeRecord>(state->second.value);
    if (!record || record->state != NodeState::live || record->filling) return false;
  }
  return !has_any(entries, keys::marks_of(id));
}

// A commit may still name these bytes, or has, and they are current.
bool matters(World& world, const Entries& entries, const ObjectId& id, const Stamp& stamp) {
  if (!world.watch().was_committed(id, stamp)) return entries.contains(keys::session(stamp.fence));
  const auto entry = entries.find(keys::record(id));
  if (entry == entries.end()) return false;
  const auto record = gateway::decode<ObjectRecord>(entry->second.value);
  return record && record->stamp == stamp;
}

Status erase(World& world, const gateway::Entry& entry) {
  const Transaction transaction{{Condition::at(entry.key, entry.revision)}, {Change::erase(entry.key)}};
  const auto done = world.commit(transaction);
  return done ? success() : Status(done.error());
}

Result<bool> is_sound(const Entries& entries, SimNode& node, const CallGuard& guard,
                      const InventoryEntry& held) {
  const auto entry = entries.find(keys::record(held.id));
  if (entry == entries.end()) return true;  // a comparison with the catalogue finds it
  const auto record = gateway::decode<ObjectRecord>(entry->second.value);
  if (!record) return record.error();
  if (record->kind != Kind::file) return true;
  const auto answer = node.service().verify(guard, held.id, record->stamp);
  if (!answer) return answer.error();
  return *answer == Answer::ok && held.revision != 0;
}

Status mark_bytes(World& world, const Entries& entries, const NodeId& node, const ObjectId& id) {
  const std::string key = keys::mark(node, id);
  const auto present = entries.find(key);
  const gateway::MarkRecord wish{.kind = Kind::file, .content = true};
  const auto put = world.commit(
      {{present == entries.end() ? Condition::absent(key) : Condition::at(key, present->second.revision)},
       {Change::put(key, gateway::encode(wish))}});
  return put ? success() : Status(put.error());
}

}  // namespace

bool is_dispensable(World& world, const SimNode& node) {
  const Entries entries = entries_of(world);
  if (pair_of(entries, node.known_as()) == entries.end()) return false;
  const auto partners = world.partners_of(node);
  if (!std::all_of(partners.begin(), partners.end(),
                   [&](SimNode* partner) { return counts_as_current(world, entries, *partner); }))
    return false;
  const Ledger::Holding holding = world.ledger().holding_of(node.known_as());
  return std::all_of(holding.staged.begin(), holding.staged.end(), [&](const auto& staged) {
    const ObjectId& id = staged.first;
    const Stamp& stamp = staged.second;
    if (!matters(world, entries, id, stamp)) return true;
    return std::all_of(partners.begin(), partners.end(), [&](const SimNode* partner) {
      return world.ledger().holds(partner->known_as(), id, stamp);
    });
  });
}

bool is_held_elsewhere(World& world, const SimNode& node, const ObjectId& id, const Stamp& stamp) {
  const Entries entries = entries_of(world);
  const auto partners = world.partners_of(node);
  return std::all_of(partners.begin(), partners.end(), [&](const SimNode* partner) {
    return world.ledger().holds(partner->known_as(), id, stamp) &&
           !entries.contains(keys::mark(partner->known_as(), id));
  });
}

Status replace_member(World& world, SimNode& node, const NodeId& lost) {
  const Epoch epoch = epoch_of(world.catalogue().revision());
  if (Status joined = node.service().join(world.cluster(), epoch); !joined) return joined;
  if (!node.answers()) return Error{Code::unavailable, "the node has died meanwhile"};
  const NodeIdentity identity = node.identity();
  const Entries entries = entries_of(world);
  const auto found = pair_of(entries, lost);
  if (found == entries.end()) return success();
  PairRecord pair = gateway::decode<PairRecord>(found->second.value).value();
  for (auto& member : pair.members) {
    if (member.node == lost) member = {identity.node, node.address(), identity.run};
  }
  const NodeRecord state{
      .state = NodeState::healing, .reason = "in the place of a lost one", .filling = true};
  const auto done = world.commit({{Condition::at(found->first, found->second.revision)},
                                  {Change::put(found->first, gateway::encode(pair)),
                                   Change::put(keys::node(identity.node), gateway::encode(state))}});
  if (!done) return done.error();
  if (!done->committed) return Error{Code::stale, "the pair has changed"};
  return success();
}

Status forget_lost_members(World& world) {
  const Entries entries = entries_of(world);
  for (const auto& [key, entry] : entries) {
    const auto mark = keys::parse_mark(key);
    const bool lost_mark = mark && pair_of(entries, mark->node) == entries.end();
    bool lost_state = false;
    if (key.starts_with(keys::nodes_prefix)) {
      const auto node = NodeId::from_raw(std::string_view(key).substr(keys::nodes_prefix.size()));
      lost_state = node && pair_of(entries, *node) == entries.end();
    }
    if (!lost_mark && !lost_state) continue;
    if (Status erased = erase(world, entry); !erased) return erased;
  }
  return success();
}

Status scrub(World& world) {
  const Entries entries = entries_of(world);
  for (const auto& node : world.nodes()) {
    const NodeIdentity self = node->identity();
    const CallGuard guard{world.cluster(), self.node, self.epoch, self.run};
    const auto page = node->service().inventory(guard, std::nullopt, limits::inventory_entries_max);
    if (!page) return page.error();
    for (const InventoryEntry& held : page->entries) {
      const auto sound = is_sound(entries, *node, guard, held);
      if (!sound) return sound.error();
      if (*sound) continue;
      if (Status marked = mark_bytes(world, entries, self.node, held.id); !marked) return marked;
    }
  }
  return success();
}

}  // namespace tandem::sim
