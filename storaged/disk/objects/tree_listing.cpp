// The listing of what a node shows, page by page: depth first, entries of a directory in order of their
// bytes.

#include <set>

#include "protocol/contract/paths.hpp"
#include "storaged/disk/objects/tree_view.hpp"

namespace tandem::storaged {

namespace {

struct Found {
  std::string name{};
  Kind kind = Kind::file;
  bool operator<(const Found& other) const { return name < other.name; }
};

}  // namespace

Result<std::vector<TreeEntry>> TreeView::entries(const std::string& after, std::size_t limit) {
  std::vector<TreeEntry> found;
  auto components = split_path(after.empty() ? "/" : after);
  if (!components.ok()) return components.error();
  const Status status = collect(std::string(layout::tree), "", std::move(*components), limit, found);
  if (!status.ok()) return status.error();
  return found;
}

// `after`: components still to skip to; the directory of that name is entered, it itself was listed before.
Status TreeView::collect(const std::string& directory, const std::string& shown,
                         std::vector<std::string> after, std::size_t limit, std::vector<TreeEntry>& into) {
  const std::string from = after.empty() ? "" : after.front();
  const std::size_t room = limit - into.size() + 1;
  std::set<Found> smallest;
  Status status = filesystem_.list(directory, [&](std::string_view name, Kind kind) {
    if (name < from) return true;
    smallest.insert({std::string(name), kind});
    if (smallest.size() > room) smallest.erase(std::prev(smallest.end()));
    return true;
  });
  if (status.code() == Code::not_found) return success();  // it moved while this went on
  if (!status.ok()) return status;
  for (const Found& entry : smallest) {
    if (into.size() == limit) return success();
    const bool listed_before = !after.empty() && entry.name == from;
    const std::string path = layout::join(directory, entry.name);
    if (!listed_before) {
      const auto file = filesystem_.status(path);
      if (!file.ok()) continue;
      into.push_back(
          {layout::join(shown, entry.name), entry.kind, entry.kind == Kind::file ? file->size_bytes : 0});
    }
    if (entry.kind != Kind::directory) continue;
    std::vector<std::string> deeper;
    if (listed_before) deeper.assign(after.begin() + 1, after.end());
    status = collect(path, layout::join(shown, entry.name), std::move(deeper), limit, into);
    if (!status.ok()) return status;
  }
  return success();
}

Result<std::vector<Name>> TreeView::places_showing(std::uint64_t inode) {
  std::vector<ObjectId> directories{root_directory};
  for (const InventoryEntry& held : index_.behind(std::nullopt, index_.size()))
    directories.push_back(held.id);
  std::vector<Name> places;
  for (const ObjectId& directory : directories) {
    const auto path = index_.path_of(directory);
    if (!path) continue;
    std::vector<std::string> files;
    const Status listed = filesystem_.list(*path, [&](std::string_view name, Kind kind) {
      if (kind == Kind::file) files.emplace_back(name);
      return true;
    });
    if (!listed.ok() && listed.code() != Code::not_found) return listed.error();
    for (std::string& name : files) {
      const auto status = filesystem_.status(layout::join(*path, name));
      if (!status.ok() && status.code() != Code::not_found) return status.error();
      if (status.ok() && status->inode == inode) places.push_back({directory, std::move(name)});
    }
  }
  return places;
}

}  // namespace tandem::storaged
