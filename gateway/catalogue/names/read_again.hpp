// Reading several keys that may change in between: again until they fit together, but not for ever.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

}  // namespace tandem::gateway
