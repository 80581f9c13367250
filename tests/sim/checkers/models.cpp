#include "tests/sim/checkers/models.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tandem::sim {

bool FileModel::apply(State& state, const Operation& operation) {
  const bool unknown = operation.unknown();
  const Code code = unknown ? Code::ok : operation.code;
  switch (operation.action) {
    case Action::read:
      return code == Code::ok ? state.present && state.content == operation.value
                              : code == Code::not_found && !state.present;
    case Action::create:
      if (code == Code::exists) return state.present;
      if (code != Code::ok || state.present) return false;
      state = {true, {}};
      return true;
    case Action::remove:
      if (code == Code::not_found) return !state.present;
      if (code != Code::ok || !state.present) return false;
      state = {};
      return true;
    case Action::write:
      state = {true, operation.value};
      return code == Code::ok;
    case Action::append:
      state = {true, state.content + operation.value};
      return code == Code::ok;
    default:
      return false;
  }
}

std::string TreeModel::State::fingerprint() const {
  std::string text;
  for (const auto& [path, node] : nodes) {
    text += path;
    text += node.directory ? std::string("/") : "=" + node.content;
    text += '\n';
  }
  return text;
}

namespace {

using State = TreeModel::State;

const TreeModel::Node* find(const State& state, const std::string& path) {
  const auto found = state.nodes.find(path);
  return found == state.nodes.end() ? nullptr : &found->second;
}

std::string parent_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

bool is_within(const std::string& path, const std::string& directory) {
  return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

bool is_empty(const State& state, const std::string& directory) {
  return std::none_of(state.nodes.begin(), state.nodes.end(),
                      [&](const auto& entry) { return is_within(entry.first, directory); });
}

// Why nothing can stand at the path: its way does not lead through directories.
std::vector<Code> faults_of_way(const State& state, const std::string& path) {
  std::vector<Code> faults;
  for (std::string way = parent_of(path); !way.empty(); way = parent_of(way)) {
    const auto* node = find(state, way);
    if (!node) faults.push_back(Code::not_found);
    if (node && !node->directory) faults.push_back(Code::not_directory);
  }
  return faults;
}

std::vector<Code> faults_of_move(const State& state, const Operation& move) {
  std::vector<Code> faults = faults_of_way(state, move.path);
  for (const Code fault : faults_of_way(state, move.target)) faults.push_back(fault);
  const auto* source = find(state, move.path);
  const auto* target = find(state, move.target);
  if (!source) faults.push_back(Code::not_found);
  if (!source) return faults;
  if (source->directory && (is_within(move.target, move.path))) faults.push_back(Code::invalid);
  if (!target || move.target == move.path) return faults;
  if (source->directory && !target->directory) faults.push_back(Code::not_directory);
  if (!source->directory && target->directory) faults.push_back(Code::is_directory);
  if (target->directory && !is_empty(state, move.target)) faults.push_back(Code::not_empty);
  return faults;
}

std::vector<Code> faults_of(const State& state, const Operation& operation) {
  if (operation.action == Action::move) return faults_of_move(state, operation);
  std::vector<Code> faults = faults_of_way(state, operation.path);
  const auto* node = find(state, operation.path);
  switch (operation.action) {
    case Action::make_directory:
    case Action::create:
      if (node) faults.push_back(Code::exists);
      break;
    case Action::remove:
      if (!node) faults.push_back(Code::not_found);
      if (node && node->directory && !is_empty(state, operation.path)) faults.push_back(Code::not_empty);
      break;
    case Action::read:
      if (!node) faults.push_back(Code::not_found);
      if (node && node->directory) faults.push_back(Code::is_directory);
      break;
    case Action::list:
      if (!node && !operation.path.empty()) faults.push_back(Code::not_found);
      if (node && !node->directory) faults.push_back(Code::not_directory);
      break;
    default:
      if (node && node->directory) faults.push_back(Code::is_directory);
      break;
  }
  return faults;
}

std::string names_in(const State& state, const std::string& directory) {
  std::string names;
  for (const auto& [path, node] : state.nodes) {
    if (parent_of(path) == directory) names += path.substr(directory.size() + 1) + "/";
  }
  return names;
}

void move(State& state, const Operation& operation) {
  if (operation.path == operation.target) return;
  State moved;
  state.nodes.erase(operation.target);
  for (const auto& [path, node] : state.nodes) {
    const bool goes = path == operation.path || is_within(path, operation.path);
    moved.nodes[goes ? operation.target + path.substr(operation.path.size()) : path] = node;
  }
  state = std::move(moved);
}

// The effect of an operation that nothing forbids; false when the answer does not fit.
bool perform(State& state, const Operation& operation) {
  switch (operation.action) {
    case Action::read:
      return find(state, operation.path)->content == operation.value;
    case Action::list:
      return names_in(state, operation.path) == operation.value;
    case Action::make_directory:
      state.nodes[operation.path] = {true, {}};
      return true;
    case Action::create:
    case Action::write:
      state.nodes[operation.path] = {false, operation.value};
      return true;
    case Action::append:
      state.nodes[operation.path].content += operation.value;
      return true;
    case Action::remove:
      state.nodes.erase(operation.path);
      return true;
    case Action::move:
      move(state, operation);
      return true;
  }
  return false;
}

}  // namespace

bool TreeModel::apply(State& state, const Operation& operation) {
  const std::vector<Code> faults = faults_of(state, operation);
  if (operation.unknown() || operation.code == Code::ok) return faults.empty() && perform(state, operation);
  return std::find(faults.begin(), faults.end(), operation.code) != faults.end();
}

}  // namespace tandem::sim
