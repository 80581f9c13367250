// The tokens of this client (D8, docs/design/locks.md): taken, used, kept, given up when somebody asks.
//
// Explicit tokens are what people call locks: held until unlock(), others wait. Implicit ones are taken for a
// change that met somebody else's token, or that could not be made again, and kept until somebody asks for
// them. Whatever this client believes, a change counts only if the commit finds the token held (I3):
// ChangePermit puts that condition into every transaction. Explicit ones are conditions of everything the
// client does, not only of changes to their own object: a lock is often on another file than what it
// protects.
//
// All calls may be made at the same time; threads of one client share its tokens.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "gateway/tokens/token_requests.hpp"
#include "gateway/tokens/token_table.hpp"

namespace tandem::gateway {

struct TokenWish {
  ObjectId id{};
  TokenMode mode = TokenMode::exclusive;
  std::string path{};  // for messages about a lock; may be empty
  Instant deadline{};
  bool keep = false;                  // of an implicit one: until somebody asks
  std::function<bool()> cancelled{};  // asked now and then while waiting; may be empty
};

class Tokens {
 public:
  static constexpr std::size_t kept_max = 10'000;

  // `inherited`: explicit tokens of other clients that this one acts for.
  // `path_of` is for messages.
  Tokens(CachedCatalogue& catalogue, Operations& operations, Runtime& runtime,
         const std::vector<Token>& inherited, std::function<std::string(const ObjectId&)> path_of);
  ~Tokens();

  // A token in use; it is not given up before this has ended. Must not outlive the Tokens.
  class Use {
   public:
    Use(Tokens& tokens, Token token) : tokens_(&tokens), token_(token) {}
    Use(Use&& other) noexcept : tokens_(std::exchange(other.tokens_, nullptr)), token_(other.token_) {}
    Use& operator=(Use&&) = delete;
    ~Use() {
      if (tokens_ != nullptr) tokens_->done(token_);
    }
    const Token& token() const { return token_; }

   private:
    Tokens* tokens_;
    Token token_;
  };

  // Waits for its turn. `locked`: not by the deadline, cancelled, or never because this client and others
  // would wait for each other; says who has it. `stale`: a lock this client relied on has been lost.
  Result<Use> use(const TokenWish& wish);
  // An explicit one. `locked` also when this client has one already.
  Result<Token> lock(const TokenWish& wish);
  // `invalid`: there is no lock of this client's; `stale`: it had been lost before.
  Status unlock(const ObjectId& id);
  // The object locked by this path, wherever it is by now; nothing: none of this client's.
  std::optional<ObjectId> locked_as(std::string_view path);

  // The explicit or kept token this client may use on an object now, without I/O; nothing: none, or somebody
  // waits for it. `stale`: it was a lock and was lost, which stays so until unlock().
  Result<std::optional<Use>> use_present(const ObjectId& id);
  // Whether this client's token is held as it was. One that is not is not used again; `stale`: it was a lock.
  Result<bool> check_again(const ObjectId& id);
  // Whether it is one that this client has, or acts with.
  bool is_own(const Token& token);
  // All explicit ones, inherited ones included: what a command run for this client is told.
  std::vector<Token> explicit_tokens();
  // That they are held, as conditions of a transaction; of the first `guarded_max` of them. `stale`: one is
  // known to be lost.
  static constexpr std::size_t guarded_max = 16;
  Result<std::vector<Condition>> lock_conditions();
  // Looks whether they are held. `stale`: one has been lost, which stays so until unlock().
  Status check_locks();

  // Waits while somebody else holds the object exclusively and explicitly; whether it had to. Errors as of
  // use().
  Result<bool> await_readable(const ObjectId& id, const std::function<Instant()>& deadline);

  // Gives up nothing, the end of the session does; ends the background work.
  void close();

 private:
  struct Mine {
    Token token{};
    std::string path{};  // of a lock, for messages
    bool inherited = false;
    bool busy = false;  // being taken or given up: nothing else may happen to it
    bool lost = false;
    bool wanted = false;  // somebody asks for it
    bool keep = false;
    std::size_t uses = 0;
  };
  class Waiting;
  // What to do about a wish: use what there is, or take a token, for which the entry is busy; an implicit one
  // that does not do is given back before.
  enum class Step : std::uint8_t { use_present, take, exchange };

  Result<Token> take(const TokenWish& wish, bool is_explicit);
  Result<Step> prepare(std::unique_lock<std::mutex>& lock, const TokenWish& wish, bool is_explicit);
  Result<std::optional<Step>> next_step(const TokenWish& wish, bool is_explicit);
  Result<Token> obtain(const TokenWish& wish, bool is_explicit, bool& somebody_waits);
  void done(const Token& used);
  bool may_be_given_up(const Mine& mine) const;
  void give_way(std::unique_lock<std::mutex>& lock, const ObjectId& id);
  Result<std::optional<Token>> step_down(const Mine& mine);
  void notice_lost(Mine& mine);
  void ask_again(Mine& mine);
  void forget(const ObjectId& id);
  Error lost_lock(const Mine& mine);
  Result<std::vector<Token>> guarded_locks();
  std::vector<SessionId> inherited_sessions();
  bool acts_for(SessionId session);
  Error locked_by(const std::optional<Token>& holder, const ObjectId& id);

  void start_listening(Revision after);
  void look_who_waits();
  void hear(const Event& event);
  void serve_requests();

  CachedCatalogue& catalogue_;
  Operations& operations_;
  Runtime& runtime_;
  const std::function<std::string(const ObjectId&)> path_of_;
  TokenTable table_;
  TokenRequests requests_;
  std::mutex mutex_;
  const std::unique_ptr<Signal> changed_;
  std::map<ObjectId, Mine> mine_;
  std::atomic<bool> has_any_{false};
  std::atomic<std::size_t> explicit_count_{0};
  std::set<ObjectId> asked_for_;  // for serve_requests()
  std::uint64_t news_ = 0;        // counts what was heard
  bool listening_ = false;
  bool closing_ = false;
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Task> server_;
};

}  // namespace tandem::gateway
