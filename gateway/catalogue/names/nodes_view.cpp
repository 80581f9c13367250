// What nodes are told: the directories above a name, and the version of a record they have to match.
#include <algorithm>
#include <array>
#include <utility>

#include "gateway/catalogue/names/names.hpp"
#include "gateway/catalogue/names/read_again.hpp"
#include "gateway/catalogue/records/keys.hpp"
#include "protocol/contract/limits.hpp"
#include "protocol/contract/paths.hpp"

namespace tandem::gateway {
namespace {

bool listed(const std::vector<DirectoryStep>& steps, const ObjectId& id) {
  return std::any_of(steps.begin(), steps.end(), [&](const DirectoryStep& step) { return step.id == id; });
}

// Moves deepen a path beyond what may be typed; a way this long can only be damage.
constexpr std::size_t depth_max = std::size_t{64} * limits::path_bytes_max;

}  // namespace

Result<std::optional<std::vector<DirectoryStep>>> Names::collect_steps(const std::vector<Name>& names) {
  std::vector<DirectoryStep> steps;
  for (const Name& name : names) {
    std::vector<DirectoryStep> way;  // upwards
    for (ObjectId id = name.directory; id != root_directory && !listed(steps, id); id = way.back().parent) {
      const auto directory = read_record(id);
      if (!directory.ok()) return directory.error();
      if (!*directory) return std::optional<std::vector<DirectoryStep>>();
      const auto& record = (*directory)->record;
      if (record.kind != Kind::directory || record.names.size() != 1 || way.size() >= depth_max) {
        return Error{Code::corrupt, "the record of directory " + to_string(id) + " leads nowhere"}.hint(
            "run fsck");
      }
      way.push_back({id, (*directory)->revision, record.names[0].directory, record.names[0].name});
    }
    steps.insert(steps.end(), way.rbegin(), way.rend());
  }
  return std::optional(std::move(steps));
}

Result<std::vector<DirectoryStep>> Names::chain(const ObjectId& directory) {
  // Two passes that find the same revisions: between them this was the state.
  std::optional<std::vector<DirectoryStep>> before;
  return read_again<std::vector<DirectoryStep>>("",
                                                [&]() -> Result<std::optional<std::vector<DirectoryStep>>> {
                                                  auto now = collect_steps({{directory, ""}});
                                                  if (!now.ok()) return now;
                                                  if (*now && before == *now) return now;
                                                  before = *std::move(now);
                                                  return std::optional<std::vector<DirectoryStep>>();
                                                });
}

Result<std::string> Names::path_of(const ObjectId& id) {
  if (id == root_directory) return std::string("/");
  const auto object = record(id);
  if (!object.ok()) return object.error();
  if (object->record.names.empty()) return Error{Code::corrupt, "object " + to_string(id) + " has no name"};
  const Name& name = object->record.names.front();
  const auto steps = chain(name.directory);
  if (!steps.ok()) return steps.error();
  std::vector<std::string> components;
  for (const DirectoryStep& step : *steps) components.push_back(step.name);
  components.push_back(name.name);
  return join_path(components);
}

Result<SettleItem> Names::settle_item(const ObjectId& id, Kind kind) {
  struct Seen {
    Resolved object{};
    std::vector<DirectoryStep> steps{};
  };
  std::optional<Seen> before;
  const auto look = [&]() -> Result<std::optional<SettleItem>> {
    const auto object = read_record(id);
    if (!object.ok()) return object.error();
    if (!*object) {
      const std::array<std::string, 1> key{keys::record(id)};
      const auto snapshot = catalogue_.get_many(key);
      if (!snapshot.ok()) return snapshot.error();
      if (snapshot->entries.front()) return std::optional<SettleItem>();
      return std::optional(
          SettleItem{.id = id, .kind = kind, .revision = snapshot->revision, .removed = true});
    }
    auto steps = collect_steps((*object)->record.names);
    if (!steps.ok()) return steps.error();
    if (!*steps) {
      before.reset();
      return std::optional<SettleItem>();
    }
    if (!before || before->object.revision != (*object)->revision || before->steps != **steps) {
      before = Seen{**object, **std::move(steps)};
      return std::optional<SettleItem>();
    }
    const ObjectRecord& record = before->object.record;
    return std::optional(SettleItem{.id = id,
                                    .kind = record.kind,
                                    .revision = before->object.revision,
                                    .stamp = record.stamp,
                                    .size_bytes = record.size_bytes,
                                    .digest = record.digest,
                                    .attributes = record.attributes,
                                    .names = record.names,
                                    .directories = std::move(before->steps)});
  };
  return read_again<SettleItem>("", look);
}

}  // namespace tandem::gateway
