#include "gateway/tokens/change_permit.hpp"

#include <algorithm>
#include <set>

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

// Every object whose record, and every directory of whose names one is changed. What the transaction makes
// itself nobody can hold.
std::set<ObjectId> touched(const Transaction& transaction) {
  std::set<ObjectId> ids;
  for (const Change& change : transaction.changes) {
    if (const auto id = keys::parse_record(change.key)) ids.insert(*id);
    if (const auto name = keys::parse_name(change.key)) ids.insert(name->directory);
  }
  for (const Condition& condition : transaction.conditions) {
    if (condition.kind != Condition::Kind::absent) continue;
    if (const auto id = keys::parse_record(condition.key)) ids.erase(*id);
  }
  return ids;
}

}  // namespace

Status ChangePermit::guard(Transaction& transaction) {
  const auto locks = tokens_.lock_conditions();
  if (!locks) return locks.error();
  auto& conditions = transaction.conditions;
  for (const ObjectId& id : touched(transaction)) {
    const auto condition = condition_for(id);
    if (!condition) return condition.error();
    conditions.push_back(condition->value_or(Condition::empty(keys::tokens_of(id))));
  }
  conditions.insert(conditions.end(), locks->begin(), locks->end());
  return success();
}

Result<std::optional<Condition>> ChangePermit::condition_for(const ObjectId& id) {
  const auto fence = present_fence(id);
  if (!fence) return fence.error();
  if (!*fence) return std::optional<Condition>();
  return std::optional(Condition::at(keys::exclusive_token(id), **fence));
}

Result<std::optional<Fence>> ChangePermit::present_fence(const ObjectId& id) {
  auto used = uses_.find(id);
  if (used == uses_.end()) {
    auto present = tokens_.use_present(id);
    if (!present) return std::move(present).error();
    if (!*present) return std::optional<Fence>();
    const Token& token = (*present)->token();
    if (token.mode == TokenMode::shared) {
      present->reset();  // exchanged below if it may be
      const auto taken = take(id, true);
      if (!taken && taken.code() == Code::not_found) return std::optional<Fence>();  // the commit will tell
      if (!taken) return taken.error();
      return std::optional(taken->fence);
    }
    used = uses_.emplace(id, std::move(**present)).first;
  }
  return std::optional(used->second.token().fence);
}

Result<Fence> ChangePermit::take_content(const ObjectId& id) {
  const auto present = present_fence(id);
  if (!present) return present.error();
  if (*present) return **present;
  const auto token = take(id, true);
  if (!token) return token.error();
  return token->fence;
}

Result<bool> ChangePermit::clear_way(const Commit& conflict) {
  if (auto held = tokens_.check_locks(); !held) return std::move(held).error();
  std::set<ObjectId> blocked;
  for (const Entry& entry : conflict.current) {
    const auto token = to_token(entry);
    if (!token || tokens_.is_own(*token)) continue;
    const auto used = uses_.find(token->id);
    if (used == uses_.end() || used->second.token().fence != token->fence) blocked.insert(token->id);
  }
  std::vector<ObjectId> wanted(blocked.begin(), blocked.end());
  for (auto use = uses_.begin(); use != uses_.end();) {
    const ObjectId id = use->first;
    const bool is_explicit = use->second.token().is_explicit;
    const auto held = tokens_.check_again(id);
    if (!held) return held.error();
    // Tokens are taken in the order of ids, so that nobody waits for each other: those taken before are given
    // up when more are needed.
    if (*held && (blocked.empty() || is_explicit)) {
      ++use;
      continue;
    }
    use = uses_.erase(use);
    if (!blocked.empty()) wanted.push_back(id);
  }
  if (blocked.empty()) return false;
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  if (auto taken = take_all(wanted); !taken) return std::move(taken).error();
  return true;
}

Status ChangePermit::take_all(const std::vector<ObjectId>& ids) {
  for (const ObjectId& id : ids) {
    const auto token = take(id, false);
    if (!token && token.code() != Code::not_found) return token.error();  // what is gone is in nobody's way
  }
  return success();
}

Result<Token> ChangePermit::take(const ObjectId& id, bool keep) {
  auto use = tokens_.use({.id = id, .mode = TokenMode::exclusive, .deadline = deadline(), .keep = keep});
  if (!use) return std::move(use).error();
  const Token token = use->token();
  uses_.erase(id);
  uses_.emplace(id, std::move(*use));
  return token;
}

Instant ChangePermit::deadline() {
  if (!deadline_) deadline_ = runtime_.now() + wait_;
  return *deadline_;
}

}  // namespace tandem::gateway
