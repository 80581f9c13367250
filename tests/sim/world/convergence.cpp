#include "tests/sim/world/convergence.hpp"

#include <map>
#include <set>
#include <tuple>

namespace tandem::sim {
namespace {

namespace keys = gateway::keys;
using gateway::ObjectRecord;

struct Record {
  ObjectRecord value{};
  Revision revision = 0;
};
using Records = std::map<ObjectId, Record>;

// What one pair's members have to hold and to show.
struct Expected {
  std::map<ObjectId, Revision> objects{};
  std::set<std::tuple<std::string, Kind, std::uint64_t>> tree{};
};

std::optional<std::string> what_is_owed(World& world) {
  for (const gateway::Entry& entry : world.catalogue().entries()) {
    if (entry.key.starts_with(keys::marks_prefix)) return "marks are left";
    if (entry.key.starts_with(keys::slots_prefix)) return "slots are left";
    if (entry.key.starts_with(keys::sessions_prefix)) return "sessions are left";
    if (entry.key.starts_with(keys::tokens_prefix)) return "tokens are left";
    if (entry.key.starts_with(keys::requests_prefix)) return "requests for tokens are left";
  }
  return std::nullopt;
}

Records read_records(World& world) {
  Records records;
  for (const gateway::Entry& entry : world.catalogue().entries()) {
    const auto id = keys::parse_record(entry.key);
    if (!id) continue;
    if (auto record = gateway::decode<ObjectRecord>(entry.value)) records[*id] = {*record, entry.revision};
  }
  return records;
}

// The path of a name, and the directories on its way into `expected`.
std::string lay_way(const Records& records, const Name& name, Expected& expected) {
  if (name.directory == root_directory) return name.name;
  const Record& directory = records.at(name.directory);
  const std::string way = lay_way(records, directory.value.names.front(), expected);
  expected.objects[name.directory] = directory.revision;
  expected.tree.insert({way, Kind::directory, 0});
  return way + "/" + name.name;
}

Expected expect_of(const Records& records, const std::string& pair) {
  Expected expected;
  for (const auto& [id, record] : records) {
    if (record.value.kind != Kind::file || record.value.pair != pair) continue;
    expected.objects[id] = record.revision;
    for (const Name& name : record.value.names) {
      const std::string path = lay_way(records, name, expected);
      expected.tree.insert({path, Kind::file, record.value.size_bytes});
    }
  }
  return expected;
}

// One member, asked directly.
class Member {
 public:
  Member(World& world, SimNode& node) : node_(node), service_(node.service()) {
    const NodeIdentity self = node.identity();
    guard_ = {world.cluster(), self.node, self.epoch, self.run};
  }

  std::optional<std::string> compare(const Expected& expected, const Records& records) {
    if (auto wrong = compare_objects(expected)) return on_me(*wrong);
    if (auto wrong = compare_tree(expected)) return on_me(*wrong);
    if (auto wrong = compare_contents(expected, records)) return on_me(*wrong);
    const auto staged = service_.staged(guard_, limits::inventory_entries_max);
    if (!staged) return on_me(to_string(staged.error()));
    if (!staged->empty()) return on_me("staged bytes are left of " + to_string(staged->front().id));
    return std::nullopt;
  }

 private:
  std::string on_me(const std::string& wrong) const { return node_.address() + ": " + wrong; }

  std::optional<std::string> compare_objects(const Expected& expected) {
    std::map<ObjectId, Revision> held;
    std::optional<ObjectId> after;
    do {
      const auto page = service_.inventory(guard_, after, limits::inventory_entries_max);
      if (!page) return to_string(page.error());
      for (const InventoryEntry& entry : page->entries) held[entry.id] = entry.revision;
      after = page->next;
    } while (after);
    for (const auto& [id, revision] : expected.objects) {
      if (!held.contains(id)) return "object " + to_string(id) + " is missing";
      if (held[id] != revision) return "object " + to_string(id) + " is not at the record's revision";
    }
    for (const auto& [id, revision] : held) {
      if (!expected.objects.contains(id)) return "object " + to_string(id) + " should not be there";
    }
    return std::nullopt;
  }

  std::optional<std::string> compare_tree(const Expected& expected) {
    const auto shown = service_.tree(guard_, "", limits::inventory_entries_max);
    if (!shown) return to_string(shown.error());
    std::set<std::tuple<std::string, Kind, std::uint64_t>> seen;
    for (const TreeEntry& entry : *shown) {
      const std::string path = entry.path.starts_with('/') ? entry.path.substr(1) : entry.path;
      seen.insert({path, entry.kind, entry.kind == Kind::directory ? 0 : entry.size_bytes});
    }
    for (const auto& entry : expected.tree) {
      if (!seen.contains(entry)) return "tree/ does not show " + std::get<0>(entry);
    }
    for (const auto& entry : seen) {
      if (!expected.tree.contains(entry)) return "tree/ shows " + std::get<0>(entry);
    }
    return std::nullopt;
  }

  std::optional<std::string> compare_contents(const Expected& expected, const Records& records) {
    for (const auto& [id, revision] : expected.objects) {
      const ObjectRecord& record = records.at(id).value;
      if (record.kind != Kind::file) continue;
      const auto answer = service_.verify(guard_, id, record.stamp);
      if (!answer) return to_string(answer.error());
      if (*answer != Answer::ok) return "content of " + to_string(id) + " does not verify";
    }
    return std::nullopt;
  }

  SimNode& node_;
  NodeService& service_;
  CallGuard guard_{};
};

}  // namespace

std::optional<std::string> check_converged(World& world) {
  if (auto owed = what_is_owed(world)) return owed;
  const Records records = read_records(world);
  std::size_t at = 0;
  for (const auto& pair : world.config().pairs) {
    const Expected expected = expect_of(records, pair.name);
    for (std::size_t member = 0; member < pair.members.size(); ++member) {
      SimNode& node = *world.nodes()[at++];
      if (!node.answers()) return node.address() + " does not answer";
      if (auto wrong = Member(world, node).compare(expected, records)) return wrong;
    }
  }
  return std::nullopt;
}

}  // namespace tandem::sim
