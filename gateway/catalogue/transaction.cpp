#include <algorithm>
#include <unordered_set>

#include "gateway/catalogue/catalogue.hpp"

namespace tandem::gateway {
namespace {

Error refuse(std::string cause) {
  return Error{Code::invalid, "catalogue transaction: " + std::move(cause)};
}

// True when the condition cannot hold any more once the change is made, so that a resend conflicts.
bool ends(const Change& change, const Condition& condition) {
  const bool is_put = change.kind == Change::Kind::put;
  switch (condition.kind) {
    case Condition::Kind::at_revision:
      return change.key == condition.key && (is_put || condition.revision != 0);
    case Condition::Kind::absent:
      return change.key == condition.key && is_put;
    case Condition::Kind::present:
      return change.key == condition.key && !is_put;
    case Condition::Kind::empty_prefix:
      return is_put && change.key.starts_with(condition.key);
  }
  return false;
}

// Each list is bounded by itself, as in etcd, which counts conditions and changes of a transaction apart
// (128 of each); what is left of the 128 is for what the engine adds.
Status check_limits(const Transaction& transaction) {
  if (transaction.conditions.size() > Transaction::conditions_max) return refuse("too many conditions");
  if (transaction.changes.size() > Transaction::changes_max) return refuse("too many changes");
  std::size_t total = 0;
  for (const Condition& condition : transaction.conditions) total += condition.key.size();
  for (const Change& change : transaction.changes) {
    if (change.value.size() > Transaction::value_bytes_max) return refuse("a value is too long");
    total += change.key.size() + change.value.size();
  }
  if (total > Transaction::total_bytes_max) return refuse("too many bytes");
  return success();
}

}  // namespace

Status Transaction::check() const {
  if (Status status = check_limits(*this); !status) return status;
  std::unordered_set<std::string_view> changed;
  for (const Change& change : changes) {
    if (change.key.empty()) return refuse("an empty key");
    if (!changed.insert(change.key).second) return refuse("a key is changed twice");
  }
  for (const Condition& condition : conditions) {
    if (condition.key.empty()) return refuse("a condition on an empty key");
  }
  const bool decided_once = std::ranges::any_of(conditions, [this](const Condition& condition) {
    return std::ranges::any_of(changes, [&](const Change& change) { return ends(change, condition); });
  });
  if (!decided_once) return refuse("no condition that its own changes end, so a resend could apply twice");
  return success();
}

}  // namespace tandem::gateway
