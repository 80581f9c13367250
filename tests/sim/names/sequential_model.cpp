#include "tests/sim/names/sequential_model.hpp"

#include <algorithm>

namespace tandem::simulation {

std::string to_string(const Operation& operation) {
  static const char* const verbs[] = {"create", "mkdir", "ln -s", "mv", "mv -n", "rm", "ln"};
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

Code SequentialModel::follow(std::string& path) const {
  std::string ahead = path;
  path.clear();
  for (int links = 0;;) {
    const auto begin = ahead.find_first_not_of('/');
    if (begin == std::string::npos) return Code::ok;
    const auto end = std::min(ahead.find('/', begin), ahead.size());
    const std::string name = ahead.substr(begin, end - begin);
    ahead.erase(0, end);
    const std::string parent = path;
    if (name == "..") {
      path = path.substr(0, path.find_last_of('/'));
    } else {
      path += "/" + name;
    }
    if (name == ".." || ahead.empty()) continue;
    const auto found = paths_.find(path);
    if (found == paths_.end()) return Code::not_found;
    if (found->second[0] == 'f') return Code::not_directory;
    if (found->second[0] == 'd') continue;
    if (++links > 40) return Code::invalid;
    const std::string& target = targets_.at(found->second);
    path = target[0] == '/' ? "" : parent;
    ahead.insert(0, target);
  }
}

Code SequentialModel::make(std::string path, const std::string& label) {
  if (const Code code = follow(path); code != Code::ok) return code;
  return paths_.emplace(path, label).second ? Code::ok : Code::exists;
}

Code SequentialModel::remove(std::string path) {
  if (const Code code = follow(path); code != Code::ok) return code;
  if (!paths_.contains(path)) return Code::not_found;
  if (has_children(path)) return Code::not_empty;
  paths_.erase(path);
  return Code::ok;
}

Code SequentialModel::link(std::string existing, const std::string& added) {
  if (const Code code = follow(existing); code != Code::ok) return code;
  if (!paths_.contains(existing)) return Code::not_found;
  if (is_directory(existing)) return Code::is_directory;
  return make(added, paths_.at(existing));
}

Code SequentialModel::move(std::string from, std::string to, bool no_replace) {
  if (const Code code = follow(from); code != Code::ok) return code;
  if (!paths_.contains(from)) return Code::not_found;
  if (const Code code = follow(to); code != Code::ok) return code;
  const std::string label = paths_.at(from);
  const auto there = paths_.find(to);
  const bool same = there != paths_.end() && there->second == label;
  if (!same && label[0] == 'd' && to.starts_with(from + "/")) return Code::invalid;
  if (there != paths_.end()) {
    if (no_replace) return Code::exists;
    if (same) return Code::ok;
    if (label[0] != 'd' && there->second[0] == 'd') return Code::is_directory;
    if (label[0] == 'd' && there->second[0] != 'd') return Code::not_directory;
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

Operation SequentialModel::followed(Operation operation) const {
  Operation result = operation;
  const bool two_paths = operation.kind != Operation::Kind::make_symlink && !operation.other.empty();
  if (follow(operation.path) == Code::ok) result.path = operation.path;
  if (two_paths && follow(operation.other) == Code::ok) result.other = operation.other;
  return result;
}

Code SequentialModel::apply(const Operation& operation) {
  switch (operation.kind) {
    case Operation::Kind::make_file:
      return make(operation.path, "f" + std::to_string(operation.number));
    case Operation::Kind::make_directory:
      return make(operation.path, "d" + std::to_string(operation.number));
    case Operation::Kind::make_symlink: {
      const std::string label = "l" + std::to_string(operation.number);
      const Code code = make(operation.path, label);
      if (code == Code::ok) targets_[label] = operation.other;
      return code;
    }
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
