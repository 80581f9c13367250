#include "protocol/contract/paths.hpp"

#include <algorithm>

#include "protocol/contract/limits.hpp"

namespace tandem {

Status check_name(std::string_view name) {
  if (name.empty()) return Error{Code::invalid, "a name is empty"};
  if (name == "." || name == "..") return Error{Code::invalid, "\"" + std::string(name) + "\" is not a name"};
  if (name.find('/') != std::string_view::npos) return Error{Code::invalid, "a name contains '/'"};
  if (name.find('\0') != std::string_view::npos) return Error{Code::invalid, "a name contains a NUL byte"};
  if (name.size() > limits::name_bytes_max) {
    return Error{Code::invalid, "a name is longer than " + std::to_string(limits::name_bytes_max) + " bytes"};
  }
  return success();
}

namespace {

Result<std::vector<std::string>> split(std::string_view path, bool may_go_up) {
  const auto refuse = [&](Error error) { return std::move(error).at(std::string(path.substr(0, 200))); };
  if (path.empty()) return refuse({Code::invalid, "the path is empty"});
  if (path.size() > limits::path_bytes_max) {
    return refuse(
        {Code::invalid, "the path is longer than " + std::to_string(limits::path_bytes_max) + " bytes"});
  }
  std::vector<std::string> components;
  std::string_view rest = path;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('/'), rest.size());
    const std::string_view component = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (component.empty() || component == ".") continue;
    const bool goes_up = may_go_up && component == "..";
    if (Status checked = goes_up ? success() : check_name(component); !checked) {
      return refuse(std::move(checked).error());
    }
    components.emplace_back(component);
  }
  return components;
}

}  // namespace

Result<std::vector<std::string>> split_path(std::string_view path) {
  return split(path, false);
}

Result<std::vector<std::string>> split_link_target(std::string_view target) {
  return split(target, true);
}

std::string_view last_component(std::string_view path) {
  while (!path.empty()) {
    const std::size_t slash = path.find_last_of('/');
    const std::string_view component = slash == std::string_view::npos ? path : path.substr(slash + 1);
    if (!component.empty() && component != ".") return component;
    path.remove_suffix(std::min(path.size(), component.size() + 1));
  }
  return {};
}

std::string join_path(const std::vector<std::string>& components) {
  if (components.empty()) return "/";
  std::string path;
  for (const auto& component : components) path += "/" + component;
  return path;
}

}  // namespace tandem
