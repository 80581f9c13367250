// Waiting for a token, and answering those who wait for ours.
#include <algorithm>
#include <ctime>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/tokens/circle.hpp"
#include "gateway/tokens/tokens.hpp"

namespace tandem::gateway {
namespace {

// How long a holder that is gone goes unnoticed at most, and what a lost message from the catalogue costs.
constexpr Duration look_interval = std::chrono::milliseconds(50);
// An idle implicit token is given up in about a millisecond: worth waiting for even by who would not wait.
constexpr Duration grace = std::chrono::milliseconds(250);
// Of tokens and of requests for them.
constexpr std::string_view both_prefixes = keys::tokens_prefix.substr(0, 1);
static_assert(keys::requests_prefix.starts_with(both_prefixes));
constexpr Duration pause_after_failure = std::chrono::milliseconds(100);

std::string utc(std::int64_t nanoseconds) {
  const std::time_t seconds = nanoseconds / 1'000'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace

class Tokens::Waiting {
 public:
  Waiting(Tokens& tokens, const TokenWish& wish, bool is_explicit)
      : tokens_(tokens), wish_(wish), is_explicit_(is_explicit) {}

  Result<Token> run() {
    const auto now = tokens_.catalogue_.get_many({});
    tokens_.start_listening(now ? now->revision : 0);
    auto asked = tokens_.requests_.ask(wish_.id, wish_.mode, tokens_.inherited_sessions());
    if (!asked) return std::move(asked).error();
    request_ = std::move(*asked);
    auto token = wait();
    if (!token) tokens_.requests_.withdraw(request_);
    return token;
  }

 private:
  Result<Token> wait() {
    for (;;) {
      const std::uint64_t heard = news();
      auto token = try_once();
      if (!token || *token) return token ? Result<Token>(**token) : Result<Token>(std::move(token).error());
      const Instant now = tokens_.runtime_.now();
      if (now >= wish_.deadline || (wish_.cancelled && wish_.cancelled()))
        return tokens_.locked_by(blocker_, wish_.id);
      if (now >= next_look_) {
        next_look_ = now + look_interval;
        if (auto looked = look(); !looked) return std::move(looked).error();
        continue;
      }
      std::unique_lock lock(tokens_.mutex_);
      if (tokens_.news_ == heard) tokens_.changed_->wait_until(lock, std::min(wish_.deadline, next_look_));
    }
  }

  Result<std::optional<Token>> try_once() {
    const auto there = tokens_.requests_.is_there(request_);
    if (!there) return there.error();
    if (!*there)
      return Error{Code::stale, "this client's session has ended while it waited"}.hint("try again");
    const auto turn = tokens_.requests_.is_its_turn(request_);
    if (!turn) return turn.error();
    // A look costs those who commit nothing; an attempt to take does.
    const auto holders = tokens_.table_.holders(wish_.id, 1);
    if (!holders) return holders.error();
    const bool held = !holders->empty() &&
                      (wish_.mode == TokenMode::exclusive || holders->front().mode == TokenMode::exclusive);
    if (!holders->empty()) blocker_ = holders->front();
    if (!*turn || held) return std::optional<Token>();
    auto taken = tokens_.table_.take_in_turn(wish_.id, wish_.mode, is_explicit_, request_.entry);
    if (!taken) return std::move(taken).error();
    blocker_ = taken->blocker;
    return taken->token;
  }

  Status look() {
    if (auto ended = tokens_.table_.end_dead_sessions(); !ended) return ended;
    if (tokens_.explicit_count_ == 0) return success();
    const auto circle = has_to_break_circle(tokens_.table_, tokens_.requests_, request_);
    if (!circle) return circle.error();
    if (!*circle) return success();
    Error error = tokens_.locked_by(blocker_, wish_.id);
    error.cause += ", and waits for a lock of this client's (a deadlock)";
    return std::move(error).hint("unlock what this client holds, then take the locks in the same order");
  }

  std::uint64_t news() {
    const std::scoped_lock lock(tokens_.mutex_);
    return tokens_.news_;
  }

  Tokens& tokens_;
  const TokenWish& wish_;
  const bool is_explicit_;
  TokenRequest request_{};
  std::optional<Token> blocker_{};
  Instant next_look_{};
};

Result<Token> Tokens::obtain(const TokenWish& wish, bool is_explicit, bool& somebody_waits) {
  auto taken = table_.take(wish.id, wish.mode, is_explicit);
  if (taken.code() == Code::stale) taken = table_.take(wish.id, wish.mode, is_explicit);  // in a new session
  if (taken && !taken->token) {  // by somebody who is gone, perhaps
    if (auto ended = table_.end_dead_sessions(); !ended) return std::move(ended).error();
    taken = table_.take(wish.id, wish.mode, is_explicit);
  }
  if (!taken) return std::move(taken).error();
  if (taken->token) return *taken->token;
  const bool others_wait_on_purpose = !taken->blocker || taken->blocker->is_explicit;
  TokenWish patient = wish;
  if (runtime_.now() >= wish.deadline) {
    if (others_wait_on_purpose) return locked_by(taken->blocker, wish.id);
    patient.deadline = runtime_.now() + grace;
  }
  auto token = Waiting(*this, patient, is_explicit).run();
  if (!token || is_explicit) return token;
  for (const auto mode : {TokenMode::exclusive, TokenMode::shared}) {
    const auto waits = requests_.somebody_waits(wish.id, mode);
    somebody_waits = somebody_waits || !waits || *waits;
  }
  return token;
}

std::vector<SessionId> Tokens::inherited_sessions() {
  const std::scoped_lock lock(mutex_);
  std::vector<SessionId> sessions;
  for (const auto& [id, mine] : mine_) {
    if (mine.inherited) sessions.push_back(mine.token.holder);
  }
  return sessions;
}

bool Tokens::acts_for(SessionId session) {
  if (session == operations_.present_session()) return true;
  const auto inherited = inherited_sessions();
  return std::find(inherited.begin(), inherited.end(), session) != inherited.end();
}

Error Tokens::locked_by(const std::optional<Token>& holder, const ObjectId& id) {
  Error error{Code::locked, "others wait for its lock already"};
  if (holder) {
    const auto entry = catalogue_.find(keys::session(holder->holder));
    const auto session = entry && *entry != nullptr ? decode<SessionRecord>((*entry)->value)
                                                    : Result<SessionRecord>(SessionRecord{});
    const std::string who = session && !session->about.empty() ? session->about : "a client that has gone";
    error.cause = who + " has held it " +
                  (holder->mode == TokenMode::exclusive ? "exclusively" : "for reading") + " since " +
                  utc(holder->since_ns);
  }
  return std::move(error).at(path_of_(id)).hint("wait for it, or see `tandem locks`");
}

void Tokens::start_listening(Revision after) {
  {
    const std::scoped_lock lock(mutex_);
    if (listening_ || closing_) return;
    listening_ = true;
  }
  server_ = runtime_.spawn("tokens", [this] { serve_requests(); });
  auto watch = catalogue_.engine().watch(std::string(both_prefixes), after,
                                         [this](const Event& event) { hear(event); });
  if (watch) watch_ = std::move(*watch);  // without one, those who wait look often enough
  look_who_waits();
}

// For tokens that others asked for before anybody listened.
void Tokens::look_who_waits() {
  std::vector<ObjectId> implicit;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, mine] : mine_) {
      if (!mine.token.is_explicit) implicit.push_back(id);
    }
  }
  for (const ObjectId& id : implicit) {
    const auto writers = requests_.somebody_waits(id, TokenMode::exclusive);
    const auto readers = requests_.somebody_waits(id, TokenMode::shared);
    if (writers && !*writers && readers && !*readers) continue;
    const std::scoped_lock lock(mutex_);
    const auto found = mine_.find(id);
    if (found != mine_.end()) ask_again(found->second);
  }
  const std::scoped_lock lock(mutex_);
  changed_->notify_all();
}

void Tokens::hear(const Event& event) {
  const std::scoped_lock lock(mutex_);
  ++news_;
  const auto ask = [&](const ObjectId& id, Mine& mine) {
    mine.wanted = true;
    if (may_be_given_up(mine)) asked_for_.insert(id);
  };
  if (event.kind == Event::Kind::reset) {
    for (auto& [id, mine] : mine_) ask(id, mine);
  }
  if (event.kind == Event::Kind::put) {
    const auto request = to_request(event.entry);
    const auto found = request ? mine_.find(request->id) : mine_.end();
    if (found != mine_.end() && request->session != operations_.present_session())
      ask(found->first, found->second);
  }
  changed_->notify_all();
}

void Tokens::serve_requests() {
  std::unique_lock lock(mutex_);
  while (!closing_) {
    if (asked_for_.empty()) {
      changed_->wait_until(lock, runtime_.now() + std::chrono::seconds(1));
      continue;
    }
    const ObjectId id = *asked_for_.begin();
    asked_for_.erase(asked_for_.begin());
    const auto found = mine_.find(id);
    if (found == mine_.end() || !may_be_given_up(found->second)) continue;
    give_way(lock, id);
    if (asked_for_.contains(id)) changed_->wait_until(lock, runtime_.now() + pause_after_failure);
  }
}

void Tokens::close() {
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
    changed_->notify_all();
  }
  watch_.reset();
  server_.reset();
}

}  // namespace tandem::gateway
