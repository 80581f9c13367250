// Deadlocks among explicit locks: clients that hold what the next one waits for, in a circle.
#pragma once

#include <vector>

#include "gateway/tokens/token_requests.hpp"

namespace tandem::gateway {

// Whether the request waits for clients who (over any number of others) wait for `mine`, sessions the asker
// acts for, and came to the circle last: then it has to give way, and nobody else in the circle has. Looks at
// a bounded number of requests and holders; what lies beyond ends by deadlines.
Result<bool> has_to_break_circle(TokenTable& table, TokenRequests& requests, const TokenRequest& request);

}  // namespace tandem::gateway
