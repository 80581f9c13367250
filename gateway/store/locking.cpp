#include "gateway/store/locking.hpp"

#include <algorithm>
#include <map>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/store/commit_plan.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t page_entries = 1'000;
constexpr std::size_t holders_per_commit = 90;
constexpr std::size_t waiters_shown_max = 10'000;
constexpr int attempts_max = 8;

std::string about(Core& core, SessionId session) {
  const auto entry = core.catalogue.find(keys::session(session));
  if (!entry || *entry == nullptr) return {};
  const auto record = decode<SessionRecord>((*entry)->value);
  return record ? record->about : std::string();
}

// Clients tell "program, host, pid".
ClientInfo client_of(Core& core, SessionId session) {
  std::string text = about(core, session);
  ClientInfo client{.session = session};
  for (std::string* part : {&client.pid, &client.host}) {
    const std::size_t comma = text.rfind(", ");
    if (comma == std::string::npos) break;
    *part = text.substr(comma + 2);
    text.resize(comma);
  }
  client.program = std::move(text);
  return client;
}

using Waiters = std::map<ObjectId, std::vector<LockWaiter>>;

std::string path_of(Core& core, const ObjectId& id) {
  const auto path = core.names.path_of(id);
  return path ? *path : std::string();
}

Result<Waiters> all_waiters(Core& core) {
  TokenRequests requests(core.catalogue, core.operations, core.runtime);
  const auto all = requests.all({}, waiters_shown_max);
  if (!all) return all.error();
  Waiters waiters;
  for (const TokenRequest& request : *all) {
    waiters[request.id].push_back(
        {client_of(core, request.session), request.mode == TokenMode::shared, request.since_ns});
  }
  for (auto& [id, of_one] : waiters) {
    std::ranges::stable_sort(of_one, {}, &LockWaiter::since_ns);
  }
  return waiters;
}

LockInfo describe(Core& core, const Token& token, const Waiters& waiters) {
  LockInfo info{.path = path_of(core, token.id),
                .shared = token.mode == TokenMode::shared,
                .is_explicit = token.is_explicit,
                .fence = token.fence,
                .since_ns = token.since_ns,
                .holder = client_of(core, token.holder)};
  if (const auto left = core.engine->lease_left(token.holder); left) info.lease_left = *left;
  if (const auto found = waiters.find(token.id); found != waiters.end()) info.waiters = found->second;
  return info;
}

Result<std::vector<LockInfo>> locks_below(Core& core, std::string_view prefix, std::size_t limit) {
  const auto waiters = all_waiters(core);
  if (!waiters) return waiters.error();
  std::vector<LockInfo> locks;
  std::string after;
  for (bool more = true; more && locks.size() < limit;) {
    const auto page = core.catalogue.scan(prefix, after, std::min(page_entries, limit - locks.size()));
    if (!page) return page.error();
    more = page->more;
    for (const Entry& entry : page->entries) {
      after = entry.key;
      if (const auto token = to_token(entry)) locks.push_back(describe(core, *token, *waiters));
    }
  }
  return locks;
}

}  // namespace

// While it waited, the name may have been given to another object: then that one is locked instead.
Result<Revision> lock_path(Core& core, std::string_view path, const LockOptions& options) {
  const Instant deadline = core.runtime.now() + options.wait.value_or(core.config.timeouts.lock_wait);
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const auto resolved = core.resolve(path, LastLink::followed);
    if (!resolved) return resolved.error();
    const auto token = core.tokens.lock({.id = (*resolved)->id,
                                         .mode = options.shared ? TokenMode::shared : TokenMode::exclusive,
                                         .path = std::string(path),
                                         .deadline = deadline,
                                         .cancelled = options.cancelled});
    if (!token && token.code() == Code::not_found) continue;
    if (!token) return token.error();
    const auto present = core.resolve(path, LastLink::followed);
    if (present && (*present)->id == (*resolved)->id) return token->fence;
    if (auto unlocked = core.tokens.unlock((*resolved)->id); !unlocked) return std::move(unlocked).error();
  }
  return Error{Code::unavailable, "others keep replacing it"}.hint("try again");
}

// By the name it was locked by, or by the one it has now.
Status unlock_path(Core& core, std::string_view path) {
  if (const auto id = core.tokens.locked_as(path)) return core.tokens.unlock(*id);
  const auto resolved = core.resolve(path, LastLink::followed);
  if (!resolved) return resolved.error();
  return core.tokens.unlock((*resolved)->id);
}

Result<std::size_t> break_lock(Core& core, std::string_view path) {
  const auto resolved = core.resolve(path, LastLink::followed);
  if (!resolved) return resolved.error();
  TokenTable table(core.catalogue, core.operations, core.runtime);
  std::size_t broken = 0;
  for (int attempt = 0; attempt < attempts_max;) {
    const auto holders = table.holders((*resolved)->id, holders_per_commit);
    if (!holders) return holders.error();
    if (holders->empty()) return broken;
    Transaction erase;
    for (const Token& holder : *holders) {
      erase.conditions.push_back(Condition::at(holder.key(), holder.fence));
      erase.changes.push_back(Change::erase(holder.key()));
    }
    EventRecord event{.kind = std::string(event_kind::lock_broken), .path = std::string(path)};
    event.message = "taken by force from " + about(core, holders->front().holder);
    if (holders->size() > 1) event.message += " and " + std::to_string(holders->size() - 1) + " more";
    if (auto told = core.events.add(erase, std::move(event)); !told) return std::move(told).error();
    const auto commit = core.catalogue.commit(erase);
    if (!commit) return commit.error();
    if (commit->committed) {
      broken += holders->size();
    } else {
      wait_after_conflict(core, attempt++);
    }
  }
  return Error{Code::unavailable, "others keep taking it"}.hint("try again");
}

Result<std::vector<LockInfo>> list_locks(Core& core, std::size_t limit) {
  return locks_below(core, keys::tokens_prefix, limit);
}

Result<std::vector<LockInfo>> locks_on(Core& core, const ObjectId& id, std::size_t limit) {
  return locks_below(core, keys::tokens_of(id), limit);
}

}  // namespace tandem::gateway
