#include "gateway/tokens/tokens.hpp"

#include <algorithm>

namespace tandem::gateway {
namespace {

constexpr Duration glance = std::chrono::milliseconds(50);  // at whether the caller has cancelled

bool covers(TokenMode held, TokenMode wished) {
  return held == TokenMode::exclusive || wished == TokenMode::shared;
}

// Whoever wanted a token to change something has changed nothing, whatever became of the token.
Error as_not_obtained(Error error) {
  if (error.code == Code::outcome_unknown) error.code = Code::unavailable;
  return error;
}

}  // namespace

Tokens::Tokens(CachedCatalogue& catalogue, Operations& operations, Runtime& runtime,
               const std::vector<Token>& inherited, std::function<std::string(const ObjectId&)> path_of)
    : catalogue_(catalogue),
      operations_(operations),
      runtime_(runtime),
      path_of_(std::move(path_of)),
      table_(catalogue, operations, runtime),
      requests_(catalogue, operations, runtime),
      changed_(runtime.make_signal()),
      has_any_(!inherited.empty()) {
  for (const Token& token : inherited) mine_[token.id] = {.token = token, .inherited = true};
  explicit_count_ = mine_.size();
}

Tokens::~Tokens() {
  close();
}

Result<Tokens::Use> Tokens::use(const TokenWish& wish) {
  auto token = take(wish, false);
  if (!token) return std::move(token).error();
  return Use(*this, *token);
}

Result<Token> Tokens::lock(const TokenWish& wish) {
  return take(wish, true);
}

Result<Token> Tokens::take(const TokenWish& wish, bool is_explicit) {
  std::unique_lock lock(mutex_);
  const auto step = prepare(lock, wish, is_explicit);
  if (!step) return step.error();
  Mine& mine = mine_[wish.id];
  const Token present = mine.token;
  const bool has_to_listen = wish.keep && !listening_;
  if (*step == Step::use_present) {
    lock.unlock();
    if (has_to_listen) start_listening(present.fence);
    return present;
  }
  lock.unlock();
  if (*step == Step::exchange) {
    if (auto back = table_.give_back(present); !back) {
      start_listening(present.fence);
      lock.lock();
      mine.busy = false;
      ask_again(mine);  // it may be held still
      changed_->notify_all();
      return as_not_obtained(std::move(back).error());
    }
  }
  bool somebody_waits = false;
  auto taken = obtain(wish, is_explicit, somebody_waits);
  if (taken && !is_explicit && has_to_listen) start_listening(taken->fence);
  lock.lock();
  changed_->notify_all();
  if (!taken) {
    forget(wish.id);
    return as_not_obtained(std::move(taken).error());
  }
  if (is_explicit) ++explicit_count_;
  mine.token = *taken;
  mine.busy = false;
  mine.path = wish.path;
  mine.keep = wish.keep;
  mine.wanted = mine.wanted || somebody_waits;
  mine.uses = is_explicit ? 0 : 1;
  return taken;
}

Result<Tokens::Step> Tokens::prepare(std::unique_lock<std::mutex>& lock, const TokenWish& wish,
                                     bool is_explicit) {
  for (;;) {
    auto step = next_step(wish, is_explicit);
    if (!step) return std::move(step).error();
    if (*step) return **step;
    const Instant now = runtime_.now();
    if (now >= wish.deadline || (wish.cancelled && wish.cancelled())) {
      return Error{Code::locked, "another part of this program is using it"};
    }
    changed_->wait_until(lock, std::min(wish.deadline, now + glance));
  }
}

// Nothing: wait. With the mutex held.
Result<std::optional<Tokens::Step>> Tokens::next_step(const TokenWish& wish, bool is_explicit) {
  const auto [place, is_new] = mine_.try_emplace(wish.id);
  Mine& mine = place->second;
  if (is_new) {
    has_any_ = true;
    mine.token.id = wish.id;
    mine.busy = true;
    return std::optional(Step::take);
  }
  if (mine.busy) return std::optional<Step>();
  notice_lost(mine);
  if (mine.lost) return lost_lock(mine);
  const bool enough = covers(mine.token.mode, wish.mode);
  if (mine.token.is_explicit && is_explicit)
    return Error{Code::locked, "this client has locked it already"}.hint("unlock it first");
  if (mine.token.is_explicit && !enough)
    return Error{Code::locked, "this client has locked it for reading only"}.hint(
        "lock it without --shared to change it");
  if (!is_explicit && enough && (mine.token.is_explicit || !mine.wanted)) {
    ++mine.uses;
    mine.keep = mine.keep || wish.keep;
    return std::optional(Step::use_present);
  }
  if (mine.uses > 0) return std::optional<Step>();
  mine.busy = true;
  return std::optional(Step::exchange);
}

Status Tokens::unlock(const ObjectId& id) {
  std::unique_lock lock(mutex_);
  const auto found = mine_.find(id);
  if (found == mine_.end() || found->second.busy || !found->second.token.is_explicit ||
      found->second.inherited) {
    return Error{Code::invalid, "this client has no lock on it"}.hint(
        "`locks` shows who has; `unlock --force` takes it from them");
  }
  Mine& mine = found->second;
  notice_lost(mine);
  mine.busy = true;
  const bool was_lost = mine.lost;
  const Token token = mine.token;
  const Error lost = lost_lock(mine).hint("what was to happen under it may have been refused since");
  lock.unlock();
  auto back = was_lost ? Result<bool>(false) : table_.give_back(token);
  lock.lock();
  changed_->notify_all();
  if (!back) {
    mine.busy = false;
    return std::move(back).error();
  }
  --explicit_count_;
  forget(id);
  return *back ? success() : Status(lost);
}

std::optional<ObjectId> Tokens::locked_as(std::string_view path) {
  if (explicit_count_ == 0) return std::nullopt;
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, mine] : mine_) {
    if (mine.token.is_explicit && !mine.inherited && mine.path == path) return id;
  }
  return std::nullopt;
}

Result<std::optional<Tokens::Use>> Tokens::use_present(const ObjectId& id) {
  if (!has_any_.load(std::memory_order_acquire)) return std::optional<Use>();
  const std::scoped_lock lock(mutex_);
  const auto found = mine_.find(id);
  if (found == mine_.end() || found->second.busy) return std::optional<Use>();
  Mine& mine = found->second;
  notice_lost(mine);
  if (mine.lost) return lost_lock(mine);
  if (mine.wanted && !mine.token.is_explicit) return std::optional<Use>();
  ++mine.uses;
  return std::optional<Use>(Use(*this, mine.token));
}

Result<bool> Tokens::check_again(const ObjectId& id) {
  Token token;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = mine_.find(id);
    if (found == mine_.end() || found->second.busy) return false;
    token = found->second.token;
  }
  auto held = table_.is_held(token);
  if (!held || *held) return held;
  const std::scoped_lock lock(mutex_);
  const auto found = mine_.find(id);
  if (found == mine_.end() || found->second.busy || found->second.token.fence != token.fence) return false;
  found->second.lost = true;
  if (token.is_explicit) return lost_lock(found->second);
  return false;
}

bool Tokens::is_own(const Token& token) {
  const std::scoped_lock lock(mutex_);
  const auto found = mine_.find(token.id);
  return found != mine_.end() && !found->second.busy && found->second.token.fence == token.fence &&
         found->second.token.mode == token.mode;
}

std::vector<Token> Tokens::explicit_tokens() {
  const std::scoped_lock lock(mutex_);
  std::vector<Token> tokens;
  for (const auto& [id, mine] : mine_) {
    if (mine.token.is_explicit && !mine.busy) tokens.push_back(mine.token);
  }
  return tokens;
}

Result<std::vector<Token>> Tokens::guarded_locks() {
  std::vector<Token> tokens;
  if (explicit_count_ == 0) return tokens;
  const std::scoped_lock lock(mutex_);
  for (auto& [id, mine] : mine_) {
    if (!mine.token.is_explicit || mine.busy) continue;
    notice_lost(mine);
    if (mine.lost) return lost_lock(mine);
    tokens.push_back(mine.token);
    if (tokens.size() == guarded_max) break;
  }
  return tokens;
}

Result<std::vector<Condition>> Tokens::lock_conditions() {
  const auto tokens = guarded_locks();
  if (!tokens) return tokens.error();
  std::vector<Condition> conditions;
  for (const Token& token : *tokens) conditions.push_back(Condition::at(token.key(), token.fence));
  return conditions;
}

Status Tokens::check_locks() {
  const auto tokens = guarded_locks();
  if (!tokens) return tokens.error();
  for (const Token& token : *tokens) {
    if (const auto held = check_again(token.id); !held) return held.error();
  }
  return success();
}

Result<bool> Tokens::await_readable(const ObjectId& id, const std::function<Instant()>& deadline) {
  if (auto held = check_locks(); !held) return std::move(held).error();
  const auto holder = table_.exclusive_holder(id);
  if (!holder) return holder.error();
  if (!*holder || !(*holder)->is_explicit || acts_for((*holder)->holder)) return false;
  const auto turn = use({.id = id, .mode = TokenMode::shared, .deadline = deadline()});
  return turn ? Result<bool>(true) : Result<bool>(turn.error());
}

Error Tokens::lost_lock(const Mine& mine) {
  const std::string what = mine.inherited ? "the lock that this command runs under"
                                          : "the lock on " + (mine.path.empty() ? "it" : mine.path);
  Error error{Code::stale, what + " was lost: its session ended, or somebody took it by force"};
  if (mine.inherited) return error;
  return std::move(error).hint("`unlock` it; whatever was to happen under it has to begin anew");
}

// With the mutex held. The session of an own token may have ended; implicit ones are then taken anew.
void Tokens::notice_lost(Mine& mine) {
  if (!mine.inherited && mine.token.holder != operations_.present_session()) mine.lost = true;
  if (!mine.lost || mine.token.is_explicit) return;
  mine.lost = false;
  mine.wanted = true;  // so that it is exchanged before it is used
}

void Tokens::forget(const ObjectId& id) {
  mine_.erase(id);
  has_any_ = !mine_.empty();
}

// What was unlocked or lost meanwhile may have been taken anew, for others to use.
void Tokens::done(const Token& used) {
  std::unique_lock lock(mutex_);
  const auto found = mine_.find(used.id);
  if (found == mine_.end() || found->second.token.fence != used.fence) return;
  Mine& mine = found->second;
  if (mine.uses > 0) --mine.uses;
  if (may_be_given_up(mine) && (mine.wanted || !mine.keep || mine_.size() > kept_max))
    give_way(lock, used.id);
  changed_->notify_all();
}

bool Tokens::may_be_given_up(const Mine& mine) const {
  return mine.uses == 0 && !mine.busy && !mine.token.is_explicit;
}

// One that cannot be given up now stays asked for, and is tried again.
void Tokens::give_way(std::unique_lock<std::mutex>& lock, const ObjectId& id) {
  Mine& mine = mine_[id];
  mine.busy = true;
  const Mine before = mine;
  mine.wanted = false;  // who asks from now on may not be seen by step_down()
  lock.unlock();
  const auto rest = step_down(before);
  if (!rest) start_listening(before.token.fence);
  lock.lock();
  mine.busy = false;
  if (!rest) {
    ask_again(mine);
  } else if (*rest) {
    mine.token = **rest;
    if (mine.wanted) ask_again(mine);
  } else {
    forget(id);
  }
  changed_->notify_all();
}

void Tokens::ask_again(Mine& mine) {
  mine.wanted = true;
  asked_for_.insert(mine.token.id);
}

// What is left of a token when those who ask for it are served.
Result<std::optional<Token>> Tokens::step_down(const Mine& mine) {
  if (mine.keep && mine.wanted && mine.token.mode == TokenMode::exclusive) {
    const auto writers = requests_.somebody_waits(mine.token.id, TokenMode::exclusive);
    if (!writers) return writers.error();
    const auto readers = requests_.somebody_waits(mine.token.id, TokenMode::shared);
    if (!readers) return readers.error();
    if (!*writers && *readers) return table_.make_shared(mine.token);
  }
  const auto back = table_.give_back(mine.token);
  if (!back) return back.error();
  return std::optional<Token>();
}

}  // namespace tandem::gateway
