#include "tests/sim/world/catalogue_bugs.hpp"

#include <algorithm>
#include <utility>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/catalogue/records/records.hpp"

namespace tandem::sim {
namespace {

using gateway::Change;
using gateway::Condition;
using gateway::NodeRecord;
using gateway::ObjectRecord;
using gateway::Transaction;
namespace keys = gateway::keys;

bool only_erases_marks(const Transaction& transaction) {
  return std::all_of(transaction.changes.begin(), transaction.changes.end(), [](const Change& change) {
    return change.kind == Change::Kind::erase && change.key.starts_with(keys::marks_prefix);
  });
}

// Whether the new record of that key says that it was made later than the present one, by the clocks of the
// machines that made them.
bool is_later_by_its_clock(const Transaction& transaction, const std::string& key, const FindEntry& find) {
  const auto present = find(key);
  const auto change =
      std::find_if(transaction.changes.begin(), transaction.changes.end(),
                   [&](const Change& candidate) { return candidate.key == key && !candidate.value.empty(); });
  if (!present || change == transaction.changes.end()) return false;
  const auto before = gateway::decode<ObjectRecord>(present->value);
  const auto after = gateway::decode<ObjectRecord>(change->value);
  return before && after && after->attributes.modified_ns > before->attributes.modified_ns;
}

// Whether a planted bug makes the catalogue overlook this condition.
bool overlooked(const Transaction& transaction, const Condition& condition, const PlantedBugs& bugs,
                const FindEntry& find) {
  const auto is_about = [&](std::string_view prefix) { return condition.key.starts_with(prefix); };
  if (bugs.mark_guards_ignored && only_erases_marks(transaction)) return true;
  if (condition.kind == Condition::Kind::present) return bugs.presence_ignored;
  if (is_about(keys::records_prefix)) {
    if (bugs.clocks_decide && is_later_by_its_clock(transaction, condition.key, find)) return true;
    return bugs.record_guards_ignored;
  }
  if (is_about(keys::names_prefix)) return bugs.name_guards_ignored;
  if (is_about(keys::directory_move)) return bugs.directory_move_ignored;
  if (is_about(keys::sessions_prefix) || is_about(keys::slots_prefix)) return bugs.sessions_ignored;
  return false;
}

void forget_filling(Change& change) {
  if (change.kind != Change::Kind::put || !change.key.starts_with(keys::nodes_prefix)) return;
  auto record = gateway::decode<NodeRecord>(change.value);
  if (!record) return;
  record->filling = false;
  change.value = gateway::encode(*record);
}

}  // namespace

// The keys that are guarded stay named: an engine refuses a transaction that guards none of its changes.
Transaction as_the_bugs_have_it(Transaction transaction, const PlantedBugs& bugs, const FindEntry& find) {
  for (Condition& condition : transaction.conditions) {
    if (condition.kind == Condition::Kind::empty_prefix) continue;
    if (!overlooked(transaction, condition, bugs, find)) continue;
    const auto present = find(condition.key);
    condition = present ? Condition::at(condition.key, present->revision) : Condition::absent(condition.key);
  }
  std::erase_if(transaction.conditions, [&](const Condition& condition) {
    return condition.kind == Condition::Kind::empty_prefix && bugs.emptiness_ignored;
  });
  const auto leave_out = [&](std::string_view prefix) {
    std::erase_if(transaction.changes, [&](const Change& change) {
      return change.kind == Change::Kind::put && change.key.starts_with(prefix);
    });
  };
  if (bugs.marks_forgotten) leave_out(keys::marks_prefix);
  if (bugs.heal_leases_forgotten) leave_out(keys::heals_prefix);
  if (bugs.filling_skipped)
    std::for_each(transaction.changes.begin(), transaction.changes.end(), forget_filling);
  return transaction;
}

}  // namespace tandem::sim
