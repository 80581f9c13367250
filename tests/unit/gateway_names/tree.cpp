#include "tests/unit/gateway_names/tree.hpp"

#include <algorithm>
#include <cassert>
#include <set>

#include "gateway/catalogue/names/initial.hpp"
#include "gateway/catalogue/records/keys.hpp"

namespace tandem::support {

using gateway::NameValue;
using gateway::ObjectRecord;
using gateway::Plan;
namespace keys = gateway::keys;

namespace {

struct Contents {
  std::map<ObjectId, std::map<std::string, NameValue>> names{};
  std::map<ObjectId, ObjectRecord> records{};
};

Contents contents_of(const MemoryCatalogue& catalogue) {
  Contents contents;
  for (const gateway::Entry& entry : catalogue.entries()) {
    if (const auto name = keys::parse_name(entry.key)) {
      contents.names[name->directory][std::string(name->name)] = *gateway::decode<NameValue>(entry.value);
    } else if (const auto id = keys::parse_record(entry.key)) {
      contents.records[*id] = *gateway::decode<ObjectRecord>(entry.value);
    }
  }
  return contents;
}

std::string label(const NameValue& value) {
  const char* const kind = value.kind == Kind::directory ? "d" : value.kind == Kind::symlink ? "l" : "f";
  return kind + std::to_string(value.id.bytes[0]);
}

void descend(const Contents& contents, const ObjectId& directory, const std::string& path,
             std::map<std::string, std::string>& paths) {
  const auto found = contents.names.find(directory);
  if (found == contents.names.end() || path.size() > 200) return;
  const std::string below = path + "/";
  for (const auto& [name, value] : found->second) {
    paths[below + name] = label(value);
    if (value.kind == Kind::directory) descend(contents, value.id, below + name, paths);
  }
}

bool reaches_root(const Contents& contents, ObjectId id) {
  for (std::size_t steps = 0; steps <= contents.records.size(); ++steps) {
    if (id == root_directory) return true;
    const auto record = contents.records.find(id);
    if (record == contents.records.end() || record->second.names.empty()) return false;
    id = record->second.names[0].directory;
  }
  return false;
}

std::string damage_of_names(const Contents& contents) {
  for (const auto& [directory, names] : contents.names) {
    const auto above = contents.records.find(directory);
    if (above == contents.records.end()) return "an entry under a removed directory";
    if (above->second.kind != Kind::directory) return "an entry under a file";
    for (const auto& [name, value] : names) {
      const auto record = contents.records.find(value.id);
      if (record == contents.records.end()) return "the name " + name + " without a record";
      const auto& listed = record->second.names;
      if (std::ranges::find(listed, Name{directory, name}) == listed.end()) {
        return "the name " + name + " is not in its record";
      }
    }
  }
  return {};
}

std::string damage_of_record(const Contents& contents, const ObjectId& id, const ObjectRecord& record) {
  if (id == root_directory) return record.names.empty() ? "" : "the root has a name";
  if (record.names.empty()) return "a record without names";
  if (record.kind == Kind::directory && record.names.size() != 1) return "a directory with two names";
  for (const Name& name : record.names) {
    const auto names = contents.names.find(name.directory);
    if (names == contents.names.end() || !names->second.contains(name.name)) return "a record's name is gone";
    if (names->second.at(name.name).id != id) return "a record's name leads elsewhere";
    if (!reaches_root(contents, name.directory)) return "an object that cannot be reached from the root";
  }
  return {};
}

}  // namespace

SharedTree::SharedTree() {
  const auto client = catalogue_.connect();
  const auto created = client->commit(gateway::initial_entries({}, {}));
  assert(created.ok() && created->committed);
}

std::map<std::string, std::string> SharedTree::paths() const {
  std::map<std::string, std::string> paths;
  descend(contents_of(catalogue_), root_directory, "", paths);
  return paths;
}

std::string SharedTree::damage() const {
  const Contents contents = contents_of(catalogue_);
  if (std::string damage = damage_of_names(contents); !damage.empty()) return damage;
  for (const auto& [id, record] : contents.records) {
    if (std::string damage = damage_of_record(contents, id, record); !damage.empty()) return damage;
  }
  return {};
}

Tree::Tree(SharedTree& shared, CatalogueHooks hooks, std::function<void(std::string_view)> on_change)
    : client_(shared.catalogue().connect(std::move(hooks))),
      cached_(*client_, 10'000, std::move(on_change)),
      names_(cached_) {}

ObjectId Tree::numbered(std::uint8_t number) {
  ObjectId id;
  id.bytes[0] = number;
  return id;
}

Result<Plan> Tree::plan_create(std::string_view path, ObjectId id, ObjectRecord record) {
  const auto place = names_.place(path);
  if (!place.ok()) return place.error();
  return names_.plan_create(*place, id, std::move(record));
}

Result<Plan> Tree::plan_symlink(std::string_view path, ObjectId id, std::string_view target) {
  const auto place = names_.place(path);
  if (!place.ok()) return place.error();
  return names_.plan_symlink(*place, id, target, {.mode = 0777});
}

Tree::Done Tree::symlink(std::string_view target, std::string_view path, std::uint8_t number) {
  return run([&] { return plan_symlink(path, numbered(number), target); });
}

Tree::Done Tree::run(const Planner& planner) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    auto plan = planner();
    if (!plan.ok()) return {plan.code(), {}};
    if (plan->transaction.changes.empty()) return {Code::ok, *std::move(plan)};
    const auto commit = cached_.commit(plan->transaction);
    if (!commit.ok()) return {commit.code(), {}};
    if (commit->committed) return {Code::ok, *std::move(plan)};
  }
  return {Code::stale, {}};
}

Tree::Done Tree::make(std::string_view path, ObjectId id, Kind kind) {
  ObjectRecord record;
  record.kind = kind;
  if (kind == Kind::file) record.pair = "p1";
  return run([&] { return plan_create(path, id, record); });
}

Tree::Done Tree::move(std::string_view from, std::string_view to, bool no_replace) {
  return run([&] { return names_.plan_move(from, to, no_replace); });
}

Tree::Done Tree::remove(std::string_view path) {
  return run([&] { return names_.plan_remove(path); });
}

Tree::Done Tree::link(std::string_view existing, std::string_view added) {
  return run([&] { return names_.plan_link(existing, added); });
}

}  // namespace tandem::support
