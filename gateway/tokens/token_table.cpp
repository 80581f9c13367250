#include "gateway/tokens/token_table.hpp"

#include <algorithm>

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

constexpr int resends_max = 5;
constexpr Duration pause_between_resends = std::chrono::milliseconds(20);

std::string key_of(const ObjectId& id, TokenMode mode, SessionId session) {
  return mode == TokenMode::exclusive ? keys::exclusive_token(id) : keys::shared_token(id, session);
}

// Who stands in the way, as far as the conflict tells.
std::optional<Token> blocker_in(const Commit& conflict, SessionId own) {
  for (const Entry& entry : conflict.current) {
    auto token = to_token(entry);
    if (token && token->holder != own) return token;
  }
  return std::nullopt;
}

}  // namespace

Result<Commit> commit_for_sure(CachedCatalogue& catalogue, Runtime& runtime, const Transaction& transaction,
                               const std::string& key, SessionId session) {
  const bool puts = std::any_of(
      transaction.changes.begin(), transaction.changes.end(),
      [&](const Change& change) { return change.key == key && change.kind == Change::Kind::put; });
  bool may_have_happened = false;
  for (int attempt = 0; attempt <= resends_max; ++attempt) {
    if (attempt > 0) runtime.sleep_until(runtime.now() + attempt * pause_between_resends);
    auto commit = catalogue.commit(transaction);
    may_have_happened = may_have_happened || commit.code() == Code::outcome_unknown;
    if (!may_have_happened || (commit && commit->committed)) return commit;
    // A refusal now says nothing about the time before: the key does.
    const auto present = catalogue.engine().get(key);
    if (!present) continue;
    const bool is_ours = *present && (*present)->session == session;
    if (is_ours && puts) return Commit{.committed = true, .revision = (*present)->revision};
    if (!*present && !puts) return Commit{.committed = true};
    if (commit) return commit;
  }
  return Error{Code::outcome_unknown, "the catalogue did not say whether it took the change"};
}

std::string Token::key() const {
  return key_of(id, mode, holder);
}

std::optional<Token> to_token(const Entry& entry) {
  const auto key = keys::parse_token(entry.key);
  if (!key) return std::nullopt;
  Token token{.id = key->id,
              .mode = key->mode == 'x' ? TokenMode::exclusive : TokenMode::shared,
              .holder = entry.session,
              .fence = entry.revision};
  // One that cannot be read excludes all the same.
  const auto record = decode<TokenRecord>(entry.value);
  token.is_explicit = !record || record->is_explicit;
  token.since_ns = record ? record->since_ns : 0;
  return token;
}

Result<TokenTable::Taken> TokenTable::take(const ObjectId& id, TokenMode mode, bool is_explicit) {
  return try_take(id, mode, is_explicit, nullptr);
}

Result<TokenTable::Taken> TokenTable::take_in_turn(const ObjectId& id, TokenMode mode, bool is_explicit,
                                                   const Entry& request) {
  return try_take(id, mode, is_explicit, &request);
}

Result<TokenTable::Taken> TokenTable::try_take(const ObjectId& id, TokenMode mode, bool is_explicit,
                                               const Entry* request) {
  const auto session = operations_.session();
  if (!session) return session.error();
  const std::string key = key_of(id, mode, session->id);
  const TokenRecord record{.is_explicit = is_explicit, .since_ns = runtime_.wall_now()};
  Transaction take;
  take.conditions = {session->condition, Condition::present(keys::record(id))};
  if (mode == TokenMode::exclusive) {
    take.conditions.push_back(Condition::empty(keys::tokens_of(id)));
  } else {
    take.conditions.push_back(Condition::absent(keys::exclusive_token(id)));
    take.conditions.push_back(Condition::absent(key));
  }
  if (request != nullptr) {
    take.conditions.push_back(Condition::at(request->key, request->revision));
    take.changes.push_back(Change::erase(request->key));
  } else {
    take.conditions.push_back(Condition::empty(keys::requests_for(id, 'x')));
    take.conditions.push_back(Condition::empty(keys::requests_for(id, 's')));
  }
  take.changes.push_back(Change::put(key, encode(record), session->id));
  const auto commit = decide(take, key, session->id);
  if (!commit) {
    // It must not be held by somebody who does not know: with the session it ends.
    if (commit.code() == Code::outcome_unknown) operations_.session_ended(session->id);
    return commit.error();
  }
  if (commit->committed)
    return Taken{Token{id, mode, session->id, commit->revision, is_explicit, record.since_ns}, {}};
  if (found_by(*commit, keys::session(session->id)) == nullptr) {
    operations_.session_ended(session->id);
    return Error{Code::stale, "this client's session has ended"}.hint("try again");
  }
  if (found_by(*commit, keys::record(id)) == nullptr) return Error{Code::not_found, "it has been removed"};
  // A token this client does not know of: the answer to taking it was lost for good.
  if (const Entry* own = found_by(*commit, key); own != nullptr && own->session == session->id) {
    if (auto back = give_back(*to_token(*own)); !back) return std::move(back).error();
    return try_take(id, mode, is_explicit, request);
  }
  return Taken{{}, blocker_in(*commit, session->id)};
}

Result<bool> TokenTable::give_back(const Token& token) {
  const std::string key = token.key();
  const Transaction erase{{Condition::at(key, token.fence)}, {Change::erase(key)}};
  const auto commit = decide(erase, key, token.holder);
  if (!commit) return commit.error();
  return commit->committed;
}

Result<std::optional<Token>> TokenTable::make_shared(const Token& token) {
  Token next = token;
  next.mode = TokenMode::shared;
  const TokenRecord record{.is_explicit = token.is_explicit, .since_ns = token.since_ns};
  const Transaction change{
      {Condition::at(token.key(), token.fence)},
      {Change::erase(token.key()), Change::put(next.key(), encode(record), token.holder)}};
  const auto commit = decide(change, next.key(), token.holder);
  if (!commit) return commit.error();
  if (!commit->committed) return std::optional<Token>();
  next.fence = commit->revision;
  return std::optional(next);
}

Result<std::vector<Token>> TokenTable::holders(const ObjectId& id, std::size_t limit) {
  const auto page = catalogue_.scan(keys::tokens_of(id), {}, limit);
  if (!page) return page.error();
  std::vector<Token> tokens;
  for (const Entry& entry : page->entries) {
    if (auto token = to_token(entry)) tokens.push_back(*token);
  }
  return tokens;
}

Result<std::optional<Token>> TokenTable::exclusive_holder(const ObjectId& id) {
  const auto entry = catalogue_.find(keys::exclusive_token(id));
  if (!entry) return entry.error();
  return *entry == nullptr ? std::optional<Token>() : to_token(**entry);
}

Result<bool> TokenTable::is_held(const Token& token) {
  const auto entry = catalogue_.find(token.key());
  if (!entry) return entry.error();
  return *entry != nullptr && (*entry)->revision == token.fence;
}

Status TokenTable::end_dead_sessions() {
  const auto dead = catalogue_.engine().dead_sessions();
  if (!dead) return dead.error();
  const SessionId own = operations_.present_session();  // asking, it lives
  for (const SessionId session : *dead) {
    if (session == own) continue;
    if (auto ended = catalogue_.engine().end_session(session); !ended) return ended;
  }
  return success();
}

}  // namespace tandem::gateway
