// Tokens as the catalogue has them: each call is one transaction, or one look. A token is an entry that ends
// with its holder's session; its revision is its fence. Being free is the absence of entries.
//
// What a client may do with the tokens it holds is the business of Tokens. All calls may be made at the same
// time, but one client takes and gives back the tokens of one object one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/catalogue/names/cached_catalogue.hpp"
#include "gateway/catalogue/operations/operations.hpp"
#include "gateway/catalogue/records/records.hpp"

namespace tandem::gateway {

enum class TokenMode : std::uint8_t { shared, exclusive };
using Fence = Revision;

struct Token {
  ObjectId id{};
  TokenMode mode = TokenMode::exclusive;
  SessionId holder = 0;
  Fence fence = 0;
  bool is_explicit = false;
  std::int64_t since_ns = 0;  // wall clock, for people

  std::string key() const;
};
// Nothing: not an entry of a token.
std::optional<Token> to_token(const Entry& entry);

// Commits what puts or erases `key`, which nobody but this client writes under `session`, until it is known
// what became of it.
Result<Commit> commit_for_sure(CachedCatalogue& catalogue, Runtime& runtime, const Transaction& transaction,
                               const std::string& key, SessionId session);

class TokenTable {
 public:
  TokenTable(CachedCatalogue& catalogue, Operations& operations, Runtime& runtime)
      : catalogue_(catalogue), operations_(operations), runtime_(runtime) {}

  struct Taken {
    std::optional<Token> token{};    // nothing: not free
    std::optional<Token> blocker{};  // of those in the way, one; nothing when only others' requests are
  };
  // Takes what nobody holds against it and nobody waits for. `not_found`: the object is gone; `stale`: this
  // client's session has ended meanwhile.
  Result<Taken> take(const ObjectId& id, TokenMode mode, bool is_explicit);
  // The same in the turn of a request of this client's, which ends with it.
  Result<Taken> take_in_turn(const ObjectId& id, TokenMode mode, bool is_explicit, const Entry& request);

  // False: it was not held any longer.
  Result<bool> give_back(const Token& token);
  // An exclusive token into a shared one, without a moment in between. Nothing: it was not held any longer.
  Result<std::optional<Token>> make_shared(const Token& token);

  // Some of those who hold it, the first by key; `limit` at most.
  Result<std::vector<Token>> holders(const ObjectId& id, std::size_t limit);
  // As the cache knows it; nobody waits for anything here.
  Result<std::optional<Token>> exclusive_holder(const ObjectId& id);
  // Whether it is held as it was.
  Result<bool> is_held(const Token& token);

  // Ends the sessions of those who are gone, and with them their tokens and requests.
  Status end_dead_sessions();

 private:
  Result<Taken> try_take(const ObjectId& id, TokenMode mode, bool is_explicit, const Entry* request);
  Result<Commit> decide(const Transaction& transaction, const std::string& key, SessionId session) {
    return commit_for_sure(catalogue_, runtime_, transaction, key, session);
  }

  CachedCatalogue& catalogue_;
  Operations& operations_;
  Runtime& runtime_;
};

}  // namespace tandem::gateway
