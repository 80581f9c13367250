#include "gateway/store/restored_nodes.hpp"

#include <algorithm>
#include <map>

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t page_entries = 2000;

bool lacks_content_everywhere(Core& core, const PairView& pair, const ObjectId& id) {
  return std::ranges::all_of(pair.members, [&](const MemberView& member) {
    const auto entry = core.catalogue.get(keys::mark(member.record.node, id));
    if (!entry || !*entry) return false;
    const auto mark = decode<MarkRecord>((*entry)->value);
    return mark && mark->content;
  });
}

// The ids of files a node holds for the lost catalogue only.
Result<std::vector<ObjectId>> unknown_objects(Core& core, const ClusterRecord& cluster,
                                              const MemberView& member) {
  std::vector<ObjectId> unknown;
  std::optional<ObjectId> after;
  do {
    const auto page = member.node().inventory(member.guard, after, page_entries)->collect();
    if (!page) return page.error();
    for (const InventoryEntry& entry : page->entries) {
      if (entry.kind != Kind::file || !cluster.has_lost(entry.revision)) continue;
      const auto record = core.catalogue.get(keys::record(entry.id));
      if (!record) return record.error();
      if (!*record) unknown.push_back(entry.id);
    }
    after = page->next;
  } while (after);
  return unknown;
}

// The names a node shows that the catalogue does not know.
Result<std::vector<std::string>> unknown_names(Core& core, const MemberView& member) {
  std::vector<std::string> unknown;
  std::string after;
  for (;;) {
    const auto page = member.node().tree(member.guard, after, page_entries)->collect();
    if (!page) return page.error();
    if (page->empty()) return unknown;
    after = page->back().path;
    for (const TreeEntry& entry : *page) {
      if (entry.kind != Kind::file) continue;
      const auto resolved = core.names.resolve(entry.path);
      if (resolved) continue;
      if (resolved.code() != Code::not_found && resolved.code() != Code::not_directory)
        return resolved.error();
      unknown.push_back(entry.path);
    }
  }
}

void list(RestoreReport& report, const MemberView& member, std::string path) {
  if (report.kept.size() < RestoreReport::listed_max) {
    report.kept.push_back({member.record.address, std::move(path)});
  }
}

Status report_kept_on(Core& core, const ClusterRecord& cluster, const MemberView& member,
                      std::map<ObjectId, int>& seen, RestoreReport& report) {
  const auto objects = unknown_objects(core, cluster, member);
  if (!objects) return objects.error();
  if (objects->empty()) return success();
  for (const ObjectId& id : *objects) ++seen[id];
  const auto names = unknown_names(core, member);
  if (!names) return names.error();
  for (const std::string& path : *names) list(report, member, "tree" + path);
  // With fewer names than objects some have lost theirs to what the catalogue says; which, only the node
  // knows.
  if (names->size() >= objects->size()) return success();
  for (const ObjectId& id : *objects) list(report, member, "objects/" + to_string(id));
  return success();
}

}  // namespace

Status report_unreadable(Core& core, RestoreReport& report) {
  const auto cluster = core.membership.view();
  if (!cluster) return cluster.error();
  for (const PairView& pair : (*cluster)->pairs) {
    if (pair.members.empty()) continue;
    const std::string marks = keys::marks_of(pair.members.front().record.node);
    std::string after;
    for (bool more = true; more;) {
      const auto page = core.catalogue.scan(marks, after, page_entries);
      if (!page) return page.error();
      more = page->more;
      for (const Entry& entry : page->entries) {
        after = entry.key;
        const auto key = keys::parse_mark(entry.key);
        if (!key || !lacks_content_everywhere(core, pair, key->id)) continue;
        const auto path = core.names.path_of(key->id);
        if (!path && path.code() == Code::not_found) continue;
        if (!path) return path.error();
        ++report.unreadable_files;
        if (report.unreadable.size() < RestoreReport::listed_max) report.unreadable.push_back(*path);
      }
    }
  }
  return success();
}

Status report_kept(Core& core, RestoreReport& report) {
  const auto cluster = core.membership.view();
  if (!cluster) return cluster.error();
  std::map<ObjectId, int> seen;
  for (const PairView& pair : (*cluster)->pairs) {
    for (const MemberView& member : pair.members) {
      if (member.out()) continue;
      if (Status told = report_kept_on(core, (*cluster)->cluster, member, seen, report); !told) return told;
    }
  }
  report.kept_files = seen.size();
  return success();
}

}  // namespace tandem::gateway
