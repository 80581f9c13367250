#include "protocol/http/secret.hpp"

#include <utility>

#include "protocol/wire/base64.hpp"

namespace tandem::protocol {
namespace {

// Visits all of `given` whatever it finds; only its length shows in the time taken.
bool equal_in_constant_time(std::string_view given, std::string_view expected) {
  unsigned difference = given.size() == expected.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const char other = expected[i % expected.size()];
    difference |= static_cast<unsigned>(given[i] ^ other);
  }
  return difference == 0;
}

}  // namespace

std::string basic_credentials(std::string_view secret) {
  return "Basic " + encode_base64("tandem:" + std::string(secret));
}

void SecretCheck::set(std::optional<std::string> secret) {
  std::shared_ptr<const std::string> expected;
  if (secret && !secret->empty()) {
    // The prefix is compared apart: "basic" may be written in any case.
    expected = std::make_shared<const std::string>(basic_credentials(*secret).substr(6));
  }
  const std::scoped_lock lock(mutex_);
  expected_ = std::move(expected);
}

bool SecretCheck::admits(std::string_view authorization) const {
  std::shared_ptr<const std::string> expected;
  {
    const std::scoped_lock lock(mutex_);
    expected = expected_;
  }
  if (!expected) return true;
  const std::size_t space = authorization.find(' ');
  if (space != 5) return false;
  constexpr std::string_view scheme = "basic";
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    if ((authorization[i] | 0x20) != scheme[i]) return false;
  }
  authorization.remove_prefix(6);
  while (authorization.starts_with(' ')) authorization.remove_prefix(1);
  return equal_in_constant_time(authorization, *expected);
}

}  // namespace tandem::protocol
