#include "tests/sim/names/sequential_model.hpp"

namespace tandem::simulation {

std::string to_string(const Operation& operation) {
  static const char* const verbs[] = {"create", "mkdir", "mv", "mv -n", "rm", "ln"};
  return std::string(verbs[static_cast<std::size_t>(operation.kind)]) + " " + operation.path +
         (operation.other.empty() ? "" : " " + operation.other);
}

bool SequentialModel::is_directory(const std::string& path) const {
  const auto found = paths_.find(path);
  return path.empty() || (found != paths_.end() && found->second[0] == 'd');
}

bool SequentialModel::has_children(const std::string& path) const {
  const auto below = paths_.lower_bound(path + "/");
  return below != paths_.end() && below->first.starts_with(path + "/");
}

Code SequentialModel::check_parent(const std::string& path) const {
  for (auto slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string above = path.substr(0, slash);
    if (!paths_.contains(above)) return Code::not_found;
    if (!is_directory(above)) return Code::not_directory;
  }
  return Code::ok;
}

Code SequentialModel::make(const std::string& path, const std::string& label) {
  if (const Code code = check_parent(path); code != Code::ok) return code;
  return paths_.emplace(path, label).second ? Code::ok : Code::exists;
}

Code SequentialModel::remove(const std::string& path) {
  if (const Code code = check_parent(path); code != Code::ok) return code;
  if (!paths_.contains(path)) return Code::not_found;
  if (has_children(path)) return Code::not_empty;
  paths_.erase(path);
  return Code::ok;
}

Code SequentialModel::link(const std::string& existing, const std::string& added) {
  if (const Code code = check_parent(existing); code != Code::ok) return code;
  if (!paths_.contains(existing)) return Code::not_found;
  if (is_directory(existing)) return Code::is_directory;
  return make(added, paths_.at(existing));
}

Code SequentialModel::move(const std::string& from, const std::string& to, bool no_replace) {
  if (const Code code = check_parent(from); code != Code::ok) return code;
  if (!paths_.contains(from)) return Code::not_found;
  if (const Code code = check_parent(to); code != Code::ok) return code;
  const std::string label = paths_.at(from);
  const auto there = paths_.find(to);
  const bool same = there != paths_.end() && there->second == label;
  if (!same && label[0] == 'd' && to.starts_with(from + "/")) return Code::invalid;
  if (there != paths_.end()) {
    if (no_replace) return Code::exists;
    if (same) return Code::ok;
    if (label[0] == 'f' && there->second[0] == 'd') return Code::is_directory;
    if (label[0] == 'd' && there->second[0] == 'f') return Code::not_directory;
    if (has_children(to)) return Code::not_empty;
    paths_.erase(to);
  }
  std::map<std::string, std::string> moved{{to, label}};
  for (auto below = paths_.lower_bound(from + "/");
       below != paths_.end() && below->first.starts_with(from + "/");) {
    moved.emplace(to + below->first.substr(from.size()), below->second);
    below = paths_.erase(below);
  }
  paths_.erase(from);
  paths_.merge(moved);
  return Code::ok;
}

Code SequentialModel::apply(const Operation& operation) {
  switch (operation.kind) {
    case Operation::Kind::make_file:
      return make(operation.path, "f" + std::to_string(operation.number));
    case Operation::Kind::make_directory:
      return make(operation.path, "d" + std::to_string(operation.number));
    case Operation::Kind::move:
      return move(operation.path, operation.other, false);
    case Operation::Kind::move_no_replace:
      return move(operation.path, operation.other, true);
    case Operation::Kind::remove:
      return remove(operation.path);
    case Operation::Kind::link:
      return link(operation.path, operation.other);
  }
  return Code::invalid;
}

}  // namespace tandem::simulation
