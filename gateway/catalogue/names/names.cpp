#include "gateway/catalogue/names/names.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "gateway/catalogue/names/descent.hpp"
#include "gateway/catalogue/names/read_again.hpp"
#include "gateway/catalogue/names/read_ahead.hpp"
#include "gateway/catalogue/records/keys.hpp"
#include "protocol/contract/paths.hpp"

namespace tandem::gateway {
namespace {

// What the engine says may name a file of its own.
Error naming(const std::vector<std::string>& components, Error error) {
  if (error.path.empty()) error.path = join_path(components);
  return error;
}

}  // namespace

Result<std::optional<Names::Child>> Names::child_of(const Name& name, const NextKey& ahead) {
  const auto entry = catalogue_.find(keys::name(name.directory, name.name), ahead);
  if (!entry.ok()) return entry.error();
  if (*entry == nullptr) return std::optional<Child>();
  const auto value = decode<NameValue>((*entry)->value);
  if (!value.ok()) return value.error();
  return std::optional<Child>(Child{*value, (*entry)->revision});
}

Result<std::optional<Resolved>> Names::read_record(const ObjectId& id, const NextKey& ahead) {
  const auto entry = catalogue_.find(keys::record(id), ahead);
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
  ReadAhead ahead(child.value);
  auto record = read_record(child.value.id, std::ref(ahead));
  if (!record.ok() || !*record) return record;
  // Name and record are two reads: only if the record says the same do they belong together.
  const auto& names = (*record)->record.names;
  if (std::find(names.begin(), names.end(), name) == names.end()) return std::optional<Resolved>();
  return record;
}

Result<std::optional<Walk>> Names::walk_once(const std::vector<std::string>& components, LastLink last) {
  auto way = Descent(*this, components, last).run();
  if (!way.ok()) return std::move(way).error();
  if (!*way) return std::optional<Walk>();
  Walk walk{{}, std::move((*way)->steps)};
  if (!(*way)->place) {
    auto root = read_record(root_directory);
    if (!root.ok()) return std::move(root).error();
    if (!*root) {
      return Error{Code::corrupt, "the catalogue has no root directory"}.hint(
          "restore or rebuild the catalogue");
    }
    walk.target = **std::move(root);
    return std::optional(std::move(walk));
  }
  if (!(*way)->child) {
    const std::string& behind_link = (*way)->free_behind_link;
    if (behind_link.empty()) return Error{Code::not_found, "does not exist"};
    return Error{Code::not_found, "is a symbolic link to " + behind_link + ", which does not exist"};
  }
  auto target = occupant_of(*(*way)->child, *(*way)->place);
  if (!target.ok()) return std::move(target).error();
  if (!*target) return std::optional<Walk>();
  walk.target = **std::move(target);
  return std::optional(std::move(walk));
}

Result<Walk> Names::walk(std::string_view path, LastLink last) {
  const auto components = split_path(path);
  if (!components.ok()) return components.error();
  auto walked = read_again<Walk>(path, [&] { return walk_once(*components, last); });
  return walked.ok() ? std::move(walked) : naming(*components, std::move(walked).error());
}

Result<Resolved> Names::resolve(std::string_view path, LastLink last) {
  auto walked = walk(path, last);
  if (!walked.ok()) return std::move(walked).error();
  return std::move(walked->target);
}

Result<std::optional<Place>> Names::place_once(const std::vector<std::string>& components, LastLink last) {
  auto way = Descent(*this, components, last).run();
  if (!way.ok()) return std::move(way).error();
  if (!*way) return std::optional<Place>();
  if (!(*way)->place) return Error{Code::invalid, "the root has no place in a directory"};
  Place place{(*way)->place->directory, (*way)->place->name};
  if (!(*way)->child) return std::optional(std::move(place));
  place.name_revision = (*way)->child->revision;
  auto occupant = occupant_of(*(*way)->child, *(*way)->place);
  if (!occupant.ok()) return std::move(occupant).error();
  if (!*occupant) return std::optional<Place>();
  place.occupant = *std::move(occupant);
  return std::optional(std::move(place));
}

Result<Place> Names::place(std::string_view path, LastLink last) {
  const auto components = split_path(path);
  if (!components.ok()) return components.error();
  auto place = read_again<Place>(path, [&] { return place_once(*components, last); });
  return place.ok() ? std::move(place) : naming(*components, std::move(place).error());
}

Result<Resolved> Names::record(const ObjectId& id) {
  auto record = read_record(id);
  if (!record.ok()) return std::move(record).error();
  if (!*record) return Error{Code::not_found, "there is no object " + to_string(id)};
  return **std::move(record);
}

}  // namespace tandem::gateway
