// What one change of names or contents needs of tokens (I3): that nobody else holds those of the objects it
// touches. Free ones are taken and given back by the very commit, as conditions of it; only a commit that met
// somebody else's token waits for a token of its own.
//
// Belongs to one thread.
#pragma once

#include <map>

#include "gateway/tokens/tokens.hpp"

namespace tandem::gateway {

class ChangePermit {
 public:
  // `wait`: for others' tokens, all waits together.
  ChangePermit(Tokens& tokens, Runtime& runtime, Duration wait)
      : tokens_(tokens), runtime_(runtime), wait_(wait) {}

  // Adds the conditions for every record and name that the transaction changes, and those of this client's
  // locks. `stale`: one of them has been lost; `locked`: it holds one for reading only.
  Status guard(Transaction& transaction);

  // After a conflict: waits for what others hold. False: nothing of this kind was in the way. `locked`: not
  // by the deadline; `stale`: a lock this client relied on has been lost.
  Result<bool> clear_way(const Commit& conflict);

  // Takes the token of an object's content before it is changed, and keeps it until somebody asks.
  Result<Fence> take_content(const ObjectId& id);
  // The fence under which this client may change the object's content without asking; nothing: no token.
  Result<std::optional<Fence>> present_fence(const ObjectId& id);

 private:
  Result<std::optional<Condition>> condition_for(const ObjectId& id);
  Status take_all(const std::vector<ObjectId>& ids);
  Result<Token> take(const ObjectId& id, bool keep);
  Instant deadline();

  Tokens& tokens_;
  Runtime& runtime_;
  const Duration wait_;
  std::optional<Instant> deadline_{};
  std::map<ObjectId, Tokens::Use> uses_{};
};

}  // namespace tandem::gateway
