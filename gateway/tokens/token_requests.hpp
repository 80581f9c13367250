// The queue of those who wait for a token, as the catalogue has it: first come, first served, whatever
// processes they are. Each question is a look at the first key of a prefix, however many wait.
#pragma once

#include <optional>
#include <vector>

#include "gateway/tokens/token_table.hpp"

namespace tandem::gateway {

struct TokenRequest {
  ObjectId id{};
  TokenMode mode = TokenMode::exclusive;
  SessionId session = 0;
  std::vector<SessionId> acting_for{};  // whose tokens the asker may use
  std::int64_t since_ns = 0;
  Entry entry{};
};
// Nothing: not an entry of a request.
std::optional<TokenRequest> to_request(const Entry& entry);

class TokenRequests {
 public:
  TokenRequests(CachedCatalogue& catalogue, Operations& operations, Runtime& runtime)
      : catalogue_(catalogue), operations_(operations), runtime_(runtime) {}

  // Queues up. `not_found`: the object is gone; `stale`: this client's session has ended meanwhile.
  Result<TokenRequest> ask(const ObjectId& id, TokenMode mode, const std::vector<SessionId>& others);
  // False: it has ended with its session.
  Result<bool> is_there(const TokenRequest& request);
  // Whether nobody who came earlier is in its way: before a shared request only exclusive ones are.
  Result<bool> is_its_turn(const TokenRequest& request);
  // A request must not stay behind, or everybody would wait for it: if it cannot be taken back, this client's
  // session ends, and the request with it.
  void withdraw(const TokenRequest& request);

  Result<bool> somebody_waits(const ObjectId& id, TokenMode mode);
  // Behind `after` (a key), oldest of each object and mode first.
  Result<std::vector<TokenRequest>> all(std::string_view after, std::size_t limit);

 private:
  Result<std::optional<Entry>> first(const ObjectId& id, char mode);

  CachedCatalogue& catalogue_;
  Operations& operations_;
  Runtime& runtime_;
};

}  // namespace tandem::gateway
