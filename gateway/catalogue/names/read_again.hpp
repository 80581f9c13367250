// Reading several keys that may change in between: again until they fit together, but not for ever.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/catalogue/names/cached_catalogue.hpp"
#include "gateway/catalogue/names/names.hpp"
#include "protocol/contract/result.hpp"

namespace tandem::gateway {

inline constexpr int reads_max = 64;

// `attempt` answers Result<std::optional<Value>>; nothing: something changed between its reads.
template <class Value, class Attempt>
Result<Value> read_again(std::string_view path, const Attempt& attempt) {
  for (int i = 0; i < reads_max; ++i) {
    Result<std::optional<Value>> value = attempt();
    if (!value.ok()) return std::move(value).error();
    if (*value) return **std::move(value);
  }
  return Error{Code::stale, "it kept changing while it was read"}.at(std::string(path)).hint("try again");
}

// What a plan changes is guarded by its conditions. A refusal, "nothing to do", and where two paths lead are
// not: they rest on several reads, which fit together if the catalogue stood still meanwhile. Where it never
// does, the last of a few answers is as good as another; an engine that cannot tell is trusted as to where
// paths lead.
template <class Attempt>
Result<Plan> plan_again(const CachedCatalogue& catalogue, const Attempt& attempt) {
  constexpr int plans_max = 8;
  for (int i = 1;; ++i) {
    const auto before = catalogue.known_revision();
    Result<Plan> plan = attempt();
    const bool stood_still = before && before == catalogue.known_revision();
    const bool guarded = plan.ok() && !plan->transaction.changes.empty();
    if (stood_still || (guarded && !before) || i == plans_max) return plan;
  }
}

}  // namespace tandem::gateway
