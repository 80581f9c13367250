#include "tests/support/fault_proxy/request_fate.hpp"

#include <random>
#include <utility>

namespace tandem::test {

Judge only(std::string text, Fate fate) {
  return [text = std::move(text), fate](std::string_view beginning) {
    return beginning.find(text) == std::string_view::npos ? Fate::pass : fate;
  };
}

Judge losing(const Losses& losses) {
  return [losses, chance = std::mt19937_64(losses.seed)](std::string_view) mutable {
    const double drawn = std::uniform_real_distribution<>(0, 1)(chance);
    if (drawn < losses.requests) return Fate::drop_request;
    return drawn < losses.requests + losses.replies ? Fate::drop_reply : Fate::pass;
  };
}

}  // namespace tandem::test
