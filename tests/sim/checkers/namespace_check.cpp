#include "tests/sim/checkers/namespace_check.hpp"

#include <map>
#include <set>
#include <utility>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/catalogue/records/records.hpp"

namespace tandem::sim {
namespace {

using gateway::ObjectRecord;

struct Names {
  std::map<std::pair<ObjectId, std::string>, gateway::NameValue> by_place{};
  std::map<ObjectId, ObjectRecord> records{};
  std::optional<std::string> damaged{};
};

Names read_names(std::span<const gateway::Entry> entries) {
  Names names;
  for (const gateway::Entry& entry : entries) {
    if (const auto place = gateway::keys::parse_name(entry.key)) {
      const auto value = gateway::decode<gateway::NameValue>(entry.value);
      if (!value) names.damaged = "a name's value does not parse";
      if (value) names.by_place[{place->directory, std::string(place->name)}] = *value;
    } else if (const auto id = gateway::keys::parse_record(entry.key)) {
      auto record = gateway::decode<ObjectRecord>(entry.value);
      if (!record) names.damaged = "record " + to_string(*id) + " does not parse";
      if (record) names.records[*id] = std::move(*record);
    }
  }
  return names;
}

std::string place_text(const ObjectId& directory, const std::string& name) {
  return "'" + name + "' in directory " + to_string(directory);
}

std::optional<std::string> check_names(const Names& names) {
  for (const auto& [place, value] : names.by_place) {
    const std::string where = place_text(place.first, place.second);
    const auto record = names.records.find(value.id);
    if (record == names.records.end()) return "name " + where + " leads to no record";
    if (record->second.kind != value.kind) return "name " + where + " is of another kind than its record";
    bool known = false;
    for (const Name& name : record->second.names) {
      known = known || (name.directory == place.first && name.name == place.second);
    }
    if (!known) return "record " + to_string(value.id) + " does not know its name " + where;
    if (place.first == root_directory) continue;
    const auto directory = names.records.find(place.first);
    if (directory == names.records.end()) return "name " + where + " stands under a removed directory";
    if (directory->second.kind != Kind::directory) return "name " + where + " stands under a file";
  }
  return std::nullopt;
}

std::optional<std::string> check_records(const Names& names) {
  for (const auto& [id, record] : names.records) {
    if (id == root_directory) continue;
    if (record.names.empty()) return "record " + to_string(id) + " has no name";
    if (record.kind == Kind::directory && record.names.size() != 1) {
      return "directory " + to_string(id) + " has several places";
    }
    for (const Name& name : record.names) {
      const auto found = names.by_place.find({name.directory, name.name});
      if (found == names.by_place.end() || found->second.id != id) {
        return "record " + to_string(id) + " has lost its name " + place_text(name.directory, name.name);
      }
    }
  }
  return std::nullopt;
}

std::optional<std::string> check_cycles(const Names& names) {
  for (const auto& [id, record] : names.records) {
    if (record.kind != Kind::directory) continue;
    std::set<ObjectId> seen;
    for (ObjectId at = id; at != root_directory;) {
      if (!seen.insert(at).second) return "directory " + to_string(id) + " is on a cycle";
      const auto found = names.records.find(at);
      if (found == names.records.end() || found->second.names.empty()) break;  // told by check_names
      at = found->second.names.front().directory;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> check_namespace(std::span<const gateway::Entry> entries) {
  const Names names = read_names(entries);
  if (names.damaged) return names.damaged;
  if (auto wrong = check_names(names)) return wrong;
  if (auto wrong = check_records(names)) return wrong;
  return check_cycles(names);
}

}  // namespace tandem::sim
