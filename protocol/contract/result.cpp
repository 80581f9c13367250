#include "protocol/contract/result.hpp"

#include <array>

namespace tandem {
namespace {

struct Named {
  Code code;
  std::string_view name;
};
constexpr std::array named_codes{
    Named{Code::ok, "ok"},
    Named{Code::not_found, "not_found"},
    Named{Code::exists, "exists"},
    Named{Code::not_empty, "not_empty"},
    Named{Code::is_directory, "is_directory"},
    Named{Code::not_directory, "not_directory"},
    Named{Code::invalid, "invalid"},
    Named{Code::denied, "denied"},
    Named{Code::locked, "locked"},
    Named{Code::stale, "stale"},
    Named{Code::no_space, "no_space"},
    Named{Code::unavailable, "unavailable"},
    Named{Code::outcome_unknown, "outcome_unknown"},
    Named{Code::corrupt, "corrupt"},
    Named{Code::unsupported, "unsupported"},
};

}  // namespace

std::string_view to_string(Code code) {
  for (const auto& named : named_codes) {
    if (named.code == code) return named.name;
  }
  return "unknown";
}

std::optional<Code> code_from_number(int number) {
  for (const auto& named : named_codes) {
    if (static_cast<int>(named.code) == number) return named.code;
  }
  return std::nullopt;
}

std::string to_string(const Error& error) {
  std::string text;
  if (!error.path.empty()) text += error.path + ": ";
  text += error.cause;
  if (!error.node.empty()) text += " on " + error.node;
  if (!error.mend.empty()) text += " (" + error.mend + ")";
  return text;
}

}  // namespace tandem
