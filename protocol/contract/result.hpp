// Result<T>: what every call between modules returns; a value, or an Error that tells the caller what
// it may conclude. No exception crosses a module.
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tandem {

// One number serves as result code, exit status and XML-RPC fault.
enum class Code : std::uint8_t {
  ok = 0,
  not_found = 10,  // only the catalogue says this of a name
  exists = 11,
  not_empty = 12,
  is_directory = 13,
  not_directory = 14,
  invalid = 15,  // the request itself is wrong; sending it again is useless
  denied = 16,   // wrong or missing secret, or a plain change on a node of a cluster
  locked = 17,
  stale = 18,  // somebody else was first: read again and decide anew
  no_space = 19,
  unavailable = 20,      // nothing was changed, and nothing can be said now
  outcome_unknown = 21,  // the change may have happened
  corrupt = 22,          // no copy with the right bytes could be read
  unsupported = 23,
};

std::string_view to_string(Code code);  // "not_found"
std::optional<Code> code_from_number(int number);

struct Error {
  Code code = Code::invalid;
  std::string cause;   // what happened, one clause, no full stop
  std::string path{};  // of the user's tree, or of a file on this machine; may be empty
  std::string node{};  // HOST:PORT; may be empty
  std::string mend{};  // what the reader can do about it; may be empty

  Error at(std::string where) && {
    path = std::move(where);
    return std::move(*this);
  }
  Error on(std::string which_node) && {
    node = std::move(which_node);
    return std::move(*this);
  }
  Error hint(std::string what_to_do) && {
    mend = std::move(what_to_do);
    return std::move(*this);
  }
};

// "PATH: what happened on NODE (what to do)"; the parts that are empty are left out.
std::string to_string(const Error& error);

struct Nothing {
  friend bool operator==(Nothing, Nothing) { return true; }
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Only after ok().
  T& value() & {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    assert(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // Only after !ok().
  const Error& error() const& {
    assert(!ok());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    assert(!ok());
    return std::move(*std::get_if<1>(&state_));
  }
  Code code() const { return ok() ? Code::ok : error().code; }

 private:
  std::variant<T, Error> state_;
};

// A Result that carries no value: `return success();` or an Error.
using Status = Result<Nothing>;
inline Status success() {
  return Nothing{};
}

}  // namespace tandem
