#include "gateway/catalogue/names/descent.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "gateway/catalogue/names/read_ahead.hpp"
#include "protocol/contract/paths.hpp"

namespace tandem::gateway {

Names::Descent::Descent(Names& names, const std::vector<std::string>& components, LastLink last)
    : names_(names), last_(last) {
  go_along(components);
}

void Names::Descent::go_along(const std::vector<std::string>& components) {
  ahead_.insert(ahead_.end(), components.rbegin(), components.rend());
}

Result<std::optional<Names::Way>> Names::Descent::run() {
  while (!ahead_.empty()) {
    std::string component = std::move(ahead_.back());
    ahead_.pop_back();
    if (component == "..") {  // of a link's; above the root is the root
      if (!levels_.empty()) levels_.pop_back();
      continue;
    }
    const ObjectId here = levels_.empty() ? root_directory : levels_.back().child.value.id;
    const auto entered = enter({here, std::move(component)});
    if (!entered.ok()) return entered.error();
    if (!*entered) return std::optional<Way>();
  }
  if (!way_.place && !levels_.empty()) {
    way_.place = std::move(levels_.back().name);
    way_.child = levels_.back().child;
  }
  return std::optional(std::move(way_));
}

Result<bool> Names::Descent::enter(const Name& name) {
  ReadAhead ahead(ahead_);
  const auto child = names_.child_of(name, std::ref(ahead));
  if (!child.ok()) return child.error();
  way_.steps.push_back(name);
  const bool is_last = ahead_.empty();
  if (!*child) {
    const std::string path = path_here(name.name);
    if (!is_last) {
      return Error{Code::not_found, "the directory " + path + " does not exist"}.hint(
          "make it first, with mkdir -p " + path);
    }
    way_.place = name;
    if (!hops_.empty()) way_.free_behind_link = path;
    return true;
  }
  const Kind kind = (*child)->value.kind;
  if (kind == Kind::symlink && (!is_last || last_ == LastLink::followed)) return follow({name, **child});
  if (kind != Kind::directory && !is_last) {
    return Error{Code::not_directory, path_here(name.name) + " is not a directory"};
  }
  levels_.push_back({name, **child});
  return true;
}

Result<bool> Names::Descent::follow(const Level& link) {
  const ObjectId& id = link.child.value.id;
  const auto object = names_.occupant_of(link.child, link.name);
  if (!object.ok()) return object.error();
  if (!*object) return false;
  if (hops_.size() == hops_max) return too_many_links(id);
  hops_.push_back({id, path_here(link.name.name)});
  const std::string& target = (*object)->record.target;
  const auto components = split_link_target(target);
  if (!components.ok()) {
    return Error{Code::corrupt, "the target of the symbolic link " + hops_.back().path + " cannot be read"};
  }
  if (target.starts_with('/')) levels_.clear();
  go_along(*components);
  return true;
}

std::string Names::Descent::path_here(const std::string& name) const {
  std::string path;
  for (const Level& level : levels_) path += "/" + level.name.name;
  return path + "/" + name;
}

Error Names::Descent::too_many_links(const ObjectId& next) const {
  const auto first =
      std::find_if(hops_.rbegin(), hops_.rend(), [&](const Hop& hop) { return hop.link == next; });
  if (first == hops_.rend()) {
    return Error{Code::invalid, "it goes through more than " + std::to_string(hops_max) + " symbolic links"};
  }
  std::string circle;
  for (auto hop = first.base() - 1; hop != hops_.end(); ++hop) circle += hop->path + " -> ";
  return Error{Code::invalid, "symbolic links lead in a circle: " + circle + first->path}.hint(
      "remove one of them, or let it lead elsewhere");
}

}  // namespace tandem::gateway
