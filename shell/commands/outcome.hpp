// How a command ended: its exit status, and what to tell when it failed.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "protocol/contract/result.hpp"

namespace tandem::shell {

namespace exit_status {
inline constexpr int some_failed = 1;
inline constexpr int usage = 64;
inline constexpr int internal = 70;
inline constexpr int config = 78;
inline constexpr int interrupted = 130;
}  // namespace exit_status

struct Outcome {
  Outcome() = default;
  Outcome(int number)
      : status(number) {}  // NOLINT(google-explicit-constructor): said already, or nothing to say
  Outcome(Error what)      // NOLINT(google-explicit-constructor)
      : status(static_cast<int>(what.code)), code(to_string(what.code)), error(std::move(what)) {}
  Outcome(Status done) {  // NOLINT(google-explicit-constructor)
    if (!done) *this = Outcome(std::move(done).error());
  }

  static Outcome with(int status, std::string_view code, Error error) {
    Outcome outcome(std::move(error));
    outcome.status = status;
    outcome.code = code;
    return outcome;
  }
  static Outcome usage(std::string message, std::string hint = {}) {
    return with(exit_status::usage, "usage", {Code::invalid, std::move(message), "", "", std::move(hint)});
  }
  static Outcome config(Error error) { return with(exit_status::config, "config", std::move(error)); }

  int status = 0;
  std::string_view code{};    // a Code's name, or usage, config, internal, interrupted, partial
  Error error{Code::ok, ""};  // Code::ok: there is nothing to tell, or it has been told
  bool untold() const { return error.code != Code::ok; }
};

}  // namespace tandem::shell
