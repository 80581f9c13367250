#include "tests/sim/checkers/history.hpp"

#include <algorithm>
#include <set>

namespace tandem::sim {
namespace {

std::string_view name_of(Action action) {
  switch (action) {
    case Action::read:
      return "read";
    case Action::write:
      return "write";
    case Action::append:
      return "append";
    case Action::create:
      return "create";
    case Action::remove:
      return "rm";
    case Action::make_directory:
      return "mkdir";
    case Action::move:
      return "mv";
    case Action::list:
      return "ls";
  }
  return "?";
}

// Whether the answer says something about the state the operation met.
bool tells_something(Code code) {
  switch (code) {
    case Code::ok:
    case Code::not_found:
    case Code::exists:
    case Code::not_empty:
    case Code::is_directory:
    case Code::not_directory:
    case Code::invalid:
    case Code::outcome_unknown:
      return true;
    default:
      return false;
  }
}

bool is_observation(Action action) {
  return action == Action::read || action == Action::list;
}

}  // namespace

std::string to_string(const Operation& operation) {
  std::string text = "[" + std::to_string(operation.begun) + ", " +
                     (operation.unknown() ? "?" : std::to_string(operation.ended)) + "] " + operation.client +
                     " " + std::string(name_of(operation.action)) + " " + operation.path;
  if (!operation.target.empty()) text += " " + operation.target;
  text += " -> " + std::string(tandem::to_string(operation.code));
  if (!operation.value.empty()) text += " \"" + operation.value + "\"";
  return text;
}

void History::end(std::size_t place, Code code, std::string value) {
  Operation& operation = operations_[place];
  operation.code = code;
  if (is_observation(operation.action)) operation.value = std::move(value);
  if (code != Code::outcome_unknown) operation.ended = ++clock_;
}

std::vector<Operation> History::operations() const {
  std::vector<Operation> kept;
  for (const Operation& operation : operations_) {
    if (!tells_something(operation.code)) continue;
    if (operation.unknown() && is_observation(operation.action)) continue;
    kept.push_back(operation);
  }
  return kept;
}

std::vector<Operation> History::operations_on(const std::string& path) const {
  std::vector<Operation> kept = operations();
  std::erase_if(kept, [&](const Operation& operation) { return operation.path != path; });
  return kept;
}

std::vector<std::string> History::paths() const {
  std::set<std::string> paths;
  for (const Operation& operation : operations_) paths.insert(operation.path);
  return {paths.begin(), paths.end()};
}

}  // namespace tandem::sim
