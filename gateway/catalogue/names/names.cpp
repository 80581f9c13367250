#include "gateway/catalogue/names/names.hpp"

#include <algorithm>
#include <utility>

#include "gateway/catalogue/names/read_again.hpp"
#include "gateway/catalogue/records/keys.hpp"
#include "protocol/contract/paths.hpp"

namespace tandem::gateway {
namespace {

std::string prefix_of(const std::vector<std::string>& components, std::size_t count) {
  const auto end = components.begin() + static_cast<std::ptrdiff_t>(count);
  return join_path(std::vector<std::string>(components.begin(), end));
}

Error missing_directory(const std::vector<std::string>& components, std::size_t count) {
  const std::string directory = prefix_of(components, count);
  return Error{Code::not_found, "the directory " + directory + " does not exist"}
      .at(join_path(components))
      .hint("make it first, with mkdir -p " + directory);
}

}  // namespace

Result<std::optional<Names::Child>> Names::child_of(const ObjectId& directory, const std::string& name) {
  const auto entry = catalogue_.find(keys::name(directory, name));
  if (!entry.ok()) return entry.error();
  if (*entry == nullptr) return std::optional<Child>();
  const auto value = decode<NameValue>((*entry)->value);
  if (!value.ok()) return value.error();
  return std::optional<Child>(Child{*value, (*entry)->revision});
}

Result<ObjectId> Names::descend(const std::vector<std::string>& components, std::size_t count,
                                std::vector<Name>* steps) {
  ObjectId directory = root_directory;
  for (std::size_t i = 0; i < count; ++i) {
    const auto child = child_of(directory, components[i]);
    if (!child.ok()) return child.error();
    if (!*child) return missing_directory(components, i + 1);
    if ((*child)->value.kind != Kind::directory) {
      return Error{Code::not_directory, prefix_of(components, i + 1) + " is not a directory"}.at(
          join_path(components));
    }
    if (steps != nullptr) steps->push_back({directory, components[i]});
    directory = (*child)->value.id;
  }
  return directory;
}

Result<std::optional<Resolved>> Names::read_record(const ObjectId& id) {
  const auto entry = catalogue_.find(keys::record(id));
  if (!entry.ok()) return entry.error();
  if (*entry == nullptr) return std::optional<Resolved>();
  auto record = decode<ObjectRecord>((*entry)->value);
  if (!record.ok()) return std::move(record).error();
  if (record->kind == Kind::file) {
    const auto intent = catalogue_.find(keys::intent(id));
    if (!intent.ok()) return intent.error();
    if (*intent != nullptr) {
      return Error{Code::unsupported, "the file is being written in place by a newer version of tandem"}.hint(
          "update tandem on this machine");
    }
  }
  return std::optional<Resolved>(Resolved{id, (*entry)->revision, *std::move(record)});
}

Result<std::optional<Resolved>> Names::occupant_of(const Child& child, const Name& name) {
  auto record = read_record(child.value.id);
  if (!record.ok() || !*record) return record;
  // Name and record are two reads: only if the record says the same do they belong together.
  const auto& names = (*record)->record.names;
  if (std::find(names.begin(), names.end(), name) == names.end()) return std::optional<Resolved>();
  return record;
}

Result<std::optional<Walk>> Names::walk_once(const std::vector<std::string>& components) {
  Walk walk;
  if (components.empty()) {
    auto root = read_record(root_directory);
    if (!root.ok()) return std::move(root).error();
    if (!*root) {
      return Error{Code::corrupt, "the catalogue has no root directory"}.at("/").hint(
          "restore or rebuild the catalogue");
    }
    walk.target = **std::move(root);
    return std::optional<Walk>(std::move(walk));
  }
  const auto directory = descend(components, components.size() - 1, &walk.steps);
  if (!directory.ok()) return directory.error();
  const auto child = child_of(*directory, components.back());
  if (!child.ok()) return child.error();
  if (!*child) return Error{Code::not_found, "does not exist"}.at(join_path(components));
  walk.steps.push_back({*directory, components.back()});
  auto target = occupant_of(**child, walk.steps.back());
  if (!target.ok()) return std::move(target).error().at(join_path(components));
  if (!*target) return std::optional<Walk>();
  walk.target = **std::move(target);
  return std::optional<Walk>(std::move(walk));
}

Result<Walk> Names::walk(std::string_view path) {
  const auto components = split_path(path);
  if (!components.ok()) return components.error();
  return read_again<Walk>(path, [&] { return walk_once(*components); });
}

Result<Resolved> Names::resolve(std::string_view path) {
  auto walked = walk(path);
  if (!walked.ok()) return std::move(walked).error();
  return std::move(walked->target);
}

Result<std::optional<Place>> Names::place_once(const std::vector<std::string>& components) {
  const auto directory = descend(components, components.size() - 1, nullptr);
  if (!directory.ok()) return directory.error();
  Place place{*directory, components.back()};
  const auto child = child_of(*directory, components.back());
  if (!child.ok()) return child.error();
  if (!*child) return std::optional<Place>(std::move(place));
  place.name_revision = (*child)->revision;
  auto occupant = occupant_of(**child, {place.directory, place.name});
  if (!occupant.ok()) return std::move(occupant).error().at(join_path(components));
  if (!*occupant) return std::optional<Place>();
  place.occupant = *std::move(occupant);
  return std::optional<Place>(std::move(place));
}

Result<Place> Names::place(std::string_view path) {
  const auto components = split_path(path);
  if (!components.ok()) return components.error();
  if (components->empty()) return Error{Code::invalid, "the root has no place in a directory"}.at("/");
  return read_again<Place>(path, [&] { return place_once(*components); });
}

Result<Resolved> Names::record(const ObjectId& id) {
  auto record = read_record(id);
  if (!record.ok()) return std::move(record).error();
  if (!*record) return Error{Code::not_found, "there is no object " + to_string(id)};
  return **std::move(record);
}

}  // namespace tandem::gateway
