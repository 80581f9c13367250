#include "gateway/tokens/circle.hpp"

#include <algorithm>
#include <set>

namespace tandem::gateway {
namespace {

constexpr std::size_t requests_max = 10'000;
constexpr std::size_t holders_max = 1'000;
constexpr std::size_t steps_max = 1'000;

class Search {
 public:
  Search(TokenTable& table, std::vector<TokenRequest> requests, const TokenRequest& start)
      : table_(table), requests_(std::move(requests)), start_(start) {}

  Result<bool> leads_back() {
    std::vector<TokenRequest> ahead{start_};
    for (std::size_t steps = 0; !ahead.empty() && steps < steps_max; ++steps) {
      const TokenRequest request = std::move(ahead.back());
      ahead.pop_back();
      add_those_before(request, ahead);
      const auto holders = table_.holders(request.id, holders_max);
      if (!holders) return holders.error();
      for (const Token& holder : *holders) {
        const bool in_the_way = holder.is_explicit &&
                                (request.mode == TokenMode::exclusive || holder.mode == TokenMode::exclusive);
        if (!in_the_way || acts_for(request, holder.holder)) continue;
        if (acts_for(start_, holder.holder)) return true;
        if (seen_.insert(holder.holder).second) add_requests_of(holder.holder, ahead);
      }
    }
    return false;
  }

 private:
  static bool acts_for(const TokenRequest& request, SessionId session) {
    return std::find(request.acting_for.begin(), request.acting_for.end(), session) !=
           request.acting_for.end();
  }

  // Only older requests: of a circle the youngest finds out, and nobody else.
  void add_requests_of(SessionId session, std::vector<TokenRequest>& ahead) const {
    for (const TokenRequest& request : requests_) {
      if (request.entry.revision < start_.entry.revision && acts_for(request, session))
        ahead.push_back(request);
    }
  }

  // Who stands before it in the queue is served first, so it waits for what they wait for, too.
  void add_those_before(const TokenRequest& request, std::vector<TokenRequest>& ahead) {
    for (const TokenRequest& other : requests_) {
      const bool is_before = other.id == request.id && other.mode == TokenMode::exclusive &&
                             other.entry.revision < request.entry.revision;
      if (is_before && queued_.insert(other.entry.key).second) ahead.push_back(other);
    }
  }

  TokenTable& table_;
  const std::vector<TokenRequest> requests_;
  const TokenRequest& start_;
  std::set<SessionId> seen_{};
  std::set<std::string> queued_{};
};

}  // namespace

Result<bool> has_to_break_circle(TokenTable& table, TokenRequests& requests, const TokenRequest& request) {
  auto all = requests.all({}, requests_max);
  if (!all) return std::move(all).error();
  return Search(table, std::move(*all), request).leads_back();
}

}  // namespace tandem::gateway
