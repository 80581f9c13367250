// How what the system says of a call on a file becomes an Error.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>

#include "protocol/contract/result.hpp"

namespace tandem::storaged {

// `doing` is a clause such as "cannot open"; `number` an errno.
Error posix_error(int number, std::string_view doing, std::string_view path);

// Repeats a system call that a signal interrupted.
template <class Call>
auto uninterrupted(Call call) {
  auto outcome = call();
  while (outcome == -1 && errno == EINTR) outcome = call();
  return outcome;
}

}  // namespace tandem::storaged
