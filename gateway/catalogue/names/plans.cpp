#include <algorithm>
#include <cassert>
#include <utility>

#include "gateway/catalogue/names/names.hpp"
#include "gateway/catalogue/names/plan_parts.hpp"
#include "gateway/catalogue/names/read_again.hpp"
#include "gateway/catalogue/records/keys.hpp"
#include "protocol/contract/limits.hpp"
#include "protocol/contract/paths.hpp"

namespace tandem::gateway {

void owe(const Resolved& object, Plan& plan) {
  if (object.record.kind == Kind::file) plan.owed.push_back({object.id, Kind::file, object.record.pair});
  if (object.record.kind == Kind::directory) plan.owed.push_back({object.id, Kind::directory, {}});
}

void guard_occupant(const Place& place, Plan& plan) {
  auto& conditions = plan.transaction.conditions;
  conditions.push_back(Condition::at(keys::name(place.directory, place.name), place.name_revision));
  conditions.push_back(Condition::at(keys::record(place.occupant->id), place.occupant->revision));
}

void drop_name(const Resolved& object, const Name& name, Plan& plan) {
  auto& [conditions, changes] = plan.transaction;
  ObjectRecord rest = object.record;
  std::erase(rest.names, name);
  if (!rest.names.empty()) {
    changes.push_back(Change::put(keys::record(object.id), encode(rest)));
    return;
  }
  changes.push_back(Change::erase(keys::record(object.id)));
  if (object.record.kind == Kind::directory)
    conditions.push_back(Condition::empty(keys::names_of(object.id)));
  if (object.record.kind == Kind::file) conditions.push_back(Condition::absent(keys::intent(object.id)));
}

Result<Plan> Names::plan_create(const Place& place, const ObjectId& id, ObjectRecord record) {
  if (place.occupant) return Error{Code::exists, "exists already"}.at(place.name);
  record.names = {{place.directory, place.name}};
  const std::string name_key = keys::name(place.directory, place.name);
  const std::string record_key = keys::record(id);
  Plan plan;
  plan.transaction.conditions = {Condition::absent(name_key), Condition::absent(record_key),
                                 Condition::present(keys::record(place.directory))};
  plan.transaction.changes = {Change::put(name_key, encode(NameValue{id, record.kind})),
                              Change::put(record_key, encode(record))};
  if (record.kind == Kind::file) plan.owed.push_back({id, Kind::file, record.pair});
  return plan;
}

Result<Plan> Names::plan_symlink(const Place& place, const ObjectId& id, std::string_view target,
                                 const Attributes& attributes) {
  if (const auto components = split_link_target(target); !components.ok()) {
    return Error{Code::invalid, "no path for a symbolic link: " + components.error().cause}.at(place.name);
  }
  ObjectRecord record{.kind = Kind::symlink, .size_bytes = target.size(), .attributes = attributes};
  record.target = target;
  return plan_create(place, id, std::move(record));
}

Result<Plan> Names::plan_update(const Resolved& present, const ObjectRecord& next) {
  assert(next.kind == present.record.kind && next.names == present.record.names);
  const std::string key = keys::record(present.id);
  Plan plan;
  plan.transaction.conditions.push_back(Condition::at(key, present.revision));
  if (next.kind == Kind::file)
    plan.transaction.conditions.push_back(Condition::absent(keys::intent(present.id)));
  plan.transaction.changes.push_back(Change::put(key, encode(next)));
  // Every node that shows a directory holds its revision, and any of them may.
  if (next.kind != Kind::symlink) plan.owed.push_back({present.id, next.kind, next.pair});
  return plan;
}

Status Names::check_empty(const ObjectId& directory, std::string_view path) {
  const auto names = catalogue_.scan(keys::names_of(directory), {}, 1);
  if (!names.ok()) return names.error();
  if (names->entries.empty()) return success();
  return Error{Code::not_empty, "the directory is not empty"}
      .at(std::string(path))
      .hint("remove what is in it first, or use rm -r");
}

Result<Plan> Names::plan_remove(std::string_view path) {
  return plan_again(catalogue_, [&] { return plan_remove_once(path); });
}

Result<Plan> Names::plan_remove_once(std::string_view path) {
  const auto at = place(path);
  if (!at.ok()) return at.error();
  if (!at->occupant) return Error{Code::not_found, "does not exist"}.at(std::string(path));
  const Resolved& object = *at->occupant;
  if (object.record.kind == Kind::directory) {
    if (Status status = check_empty(object.id, path); !status.ok()) return std::move(status).error();
  }
  Plan plan;
  guard_occupant(*at, plan);
  plan.transaction.changes.push_back(Change::erase(keys::name(at->directory, at->name)));
  drop_name(object, {at->directory, at->name}, plan);
  owe(object, plan);
  return plan;
}

Result<Plan> Names::plan_link(std::string_view existing, std::string_view added) {
  return plan_again(catalogue_, [&] { return plan_link_once(existing, added); });
}

Result<Plan> Names::plan_link_once(std::string_view existing, std::string_view added) {
  auto object = resolve(existing);
  if (!object.ok()) return std::move(object).error();
  if (object->record.kind == Kind::directory) {
    return Error{Code::is_directory, "a directory has one name only"}.at(std::string(existing));
  }
  const auto at = place(added);
  if (!at.ok()) return at.error();
  if (at->occupant) return Error{Code::exists, "exists already"}.at(std::string(added));
  ObjectRecord next = object->record;
  if (next.names.size() >= limits::names_per_object_max) {
    return Error{Code::invalid,
                 "a file has at most " + std::to_string(limits::names_per_object_max) + " names"}
        .at(std::string(existing))
        .hint("copy it instead");
  }
  next.names.push_back({at->directory, at->name});
  const std::string name_key = keys::name(at->directory, at->name);
  Plan plan;
  plan.transaction.conditions = {Condition::at(keys::record(object->id), object->revision),
                                 Condition::absent(name_key),
                                 Condition::present(keys::record(at->directory))};
  plan.transaction.changes = {Change::put(name_key, encode(NameValue{object->id, next.kind})),
                              Change::put(keys::record(object->id), encode(next))};
  owe(*object, plan);
  return plan;
}

}  // namespace tandem::gateway
