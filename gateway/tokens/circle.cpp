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

  TokenTable& table_;
  const std::vector<TokenRequest> requests_;
  const TokenRequest& start_;
  std::set<SessionId> seen_{};
};

}  // namespace

Result<bool> has_to_break_circle(TokenTable& table, TokenRequests& requests, const TokenRequest& request) {
  auto all = requests.all({}, requests_max);
  if (!all) return std::move(all).error();
  return Search(table, std::move(*all), request).leads_back();
}

}  // namespace tandem::gateway
