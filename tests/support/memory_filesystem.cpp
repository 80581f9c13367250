#include "tests/support/memory_filesystem.hpp"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include "protocol/contract/limits.hpp"
#include "tests/support/memory_file.hpp"

namespace tandem::support {
namespace {

constexpr std::size_t path_bytes_max = 4095;
constexpr std::size_t extended_bytes_max = 4000;  // what ext4 holds beside an inode, roughly

Error refuse(Code code, std::string cause, std::string_view path) {
  return Error{code, std::move(cause), std::string(path)};
}

Result<std::vector<std::string>> components_of(std::string_view path) {
  if (path.find('\0') != std::string_view::npos)
    return refuse(Code::invalid, "the path contains a NUL", path);
  if (path.starts_with('/')) return refuse(Code::invalid, "the path is not relative", path);
  if (path.size() > path_bytes_max) return refuse(Code::invalid, "the path is too long", path);
  std::vector<std::string> components;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const auto component = path.substr(start, end - start);
    if (component == "..") return refuse(Code::invalid, "the path contains '..'", path);
    if (!component.empty() && component != ".") components.emplace_back(component);
    start = end + 1;
  }
  return components;
}

bool holds(const InodePointer& directory, const InodePointer& wanted) {
  if (directory == wanted) return true;
  return std::any_of(directory->entries.begin(), directory->entries.end(),
                     [&](const auto& entry) { return holds(entry.second, wanted); });
}

EntryOperation::Edit edit(InodePointer directory, std::string name, InodePointer target) {
  return {std::move(directory), std::move(name), std::move(target)};
}

}  // namespace

void MemoryFilesystem::plant_symlink(std::string_view path) {
  const std::lock_guard lock(mutex_);
  auto place = place_of(path);
  assert(place.ok() && place->present == nullptr);
  disk_.change(EntryOperation{{edit(place->directory, place->name, disk_.make_inode(Kind::symlink, 0777))},
                              place->directory,
                              nullptr,
                              false});
  disk_.sync_entries(place->directory);
}

Result<InodePointer> MemoryFilesystem::find(std::string_view path) const {
  auto components = components_of(path);
  if (!components) return components.error();
  InodePointer at = disk_.root();
  for (const auto& component : *components) {
    if (at->kind != Kind::directory) return refuse(Code::not_directory, "Not a directory", path);
    if (component.size() > limits::name_bytes_max) return refuse(Code::invalid, "File name too long", path);
    const auto entry = at->entries.find(component);
    if (entry == at->entries.end()) return refuse(Code::not_found, "No such file or directory", path);
    at = entry->second;
  }
  return at;
}

Result<MemoryFilesystem::Place> MemoryFilesystem::place_of(std::string_view path) const {
  const std::size_t slash = path.rfind('/');
  const std::string_view parent = slash == std::string_view::npos ? "" : path.substr(0, slash);
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (name.empty() || name == ".") return refuse(Code::invalid, "the path does not end with a name", path);
  auto whole = components_of(path);
  if (!whole) return whole.error();
  auto directory = find(parent);
  if (!directory) return std::move(directory).error().at(std::string(path));
  if ((*directory)->kind != Kind::directory) return refuse(Code::not_directory, "Not a directory", path);
  if (name.size() > limits::name_bytes_max) return refuse(Code::invalid, "File name too long", path);
  Place place{*directory, std::string(name), nullptr};
  const auto entry = place.directory->entries.find(name);
  if (entry != place.directory->entries.end()) place.present = entry->second;
  return place;
}

Result<std::unique_ptr<storaged::File>> MemoryFilesystem::open(std::string_view path,
                                                               storaged::OpenMode mode) {
  const bool creates = mode == storaged::OpenMode::create_new;
  const bool writable = mode != storaged::OpenMode::read;
  auto begun = begin(creates ? "create" : "open", path, writable);
  if (!begun) return begun.error();
  const std::lock_guard lock(mutex_);
  InodePointer inode;
  if (creates) {
    auto place = place_of(path);
    if (!place) return place.error();
    if (place->present != nullptr) return refuse(Code::exists, "File exists", path);
    inode = disk_.make_inode(Kind::file, 0644);
    disk_.change(
        EntryOperation{{edit(place->directory, place->name, inode)}, place->directory, nullptr, false});
  } else {
    auto found = find(path);
    if (!found) return found.error();
    inode = *found;
  }
  if (inode->kind == Kind::directory) return refuse(Code::is_directory, "Is a directory", path);
  if (inode->kind == Kind::symlink) return refuse(Code::not_directory, "a symbolic link", path);
  return std::unique_ptr<storaged::File>(
      std::make_unique<MemoryFile>(*this, std::move(inode), std::string(path), writable, life_));
}

Result<storaged::FileStatus> MemoryFilesystem::status(std::string_view path) {
  auto begun = begin("status", path, false);
  if (!begun) return begun.error();
  const std::lock_guard lock(mutex_);
  auto inode = find(path);
  if (!inode) return inode.error();
  return file_status_of(**inode);
}

Result<storaged::FileStatus> MemoryFilesystem::glance(std::string_view path) {
  return status(path);
}

Status MemoryFilesystem::link(std::string_view from, std::string_view to) {
  auto begun = begin("link", from, true);
  if (!begun) return begun;
  const std::lock_guard lock(mutex_);
  auto source = place_of(from);
  if (!source) return source.error();
  auto target = place_of(to);
  if (!target) return target.error();
  if (source->present == nullptr) return refuse(Code::not_found, "No such file or directory", from);
  if (target->present != nullptr) return refuse(Code::exists, "File exists", to);
  if (source->present->kind == Kind::directory) return refuse(Code::is_directory, "Is a directory", from);
  disk_.change(EntryOperation{
      {edit(target->directory, target->name, source->present)}, target->directory, nullptr, false});
  return success();
}

Status MemoryFilesystem::rename(std::string_view from, std::string_view to) {
  auto begun = begin("rename", from, true);
  if (!begun) return begun;
  const std::lock_guard lock(mutex_);
  auto source = place_of(from);
  if (!source) return source.error();
  auto target = place_of(to);
  if (!target) return target.error();
  return rename_locked(*source, *target, from, to);
}

Status MemoryFilesystem::rename_locked(const Place& source, const Place& target, std::string_view from,
                                       std::string_view to) {
  if (source.present == nullptr) return refuse(Code::not_found, "No such file or directory", from);
  if (source.present == target.present) return success();  // two links of one file: POSIX does nothing
  const bool directory = source.present->kind == Kind::directory;
  if (directory && holds(source.present, target.directory))
    return refuse(Code::invalid, "a directory cannot move into itself", to);
  InodePointer emptied;
  if (target.present != nullptr) {
    const bool replaces_directory = target.present->kind == Kind::directory;
    if (directory && !replaces_directory) return refuse(Code::not_directory, "Not a directory", to);
    if (!directory && replaces_directory) return refuse(Code::is_directory, "Is a directory", to);
    if (!target.present->entries.empty()) return refuse(Code::not_empty, "Directory not empty", to);
    if (replaces_directory) emptied = target.present;
  }
  disk_.change(EntryOperation{
      {edit(target.directory, target.name, source.present), edit(source.directory, source.name, nullptr)},
      target.directory,
      emptied,
      directory});
  return success();
}

Status MemoryFilesystem::unlink(std::string_view path) {
  auto begun = begin("unlink", path, true);
  if (!begun) return begun;
  const std::lock_guard lock(mutex_);
  auto place = place_of(path);
  if (!place) return place.error();
  if (place->present == nullptr) return refuse(Code::not_found, "No such file or directory", path);
  if (place->present->kind == Kind::directory) return refuse(Code::is_directory, "Is a directory", path);
  disk_.change(
      EntryOperation{{edit(place->directory, place->name, nullptr)}, place->directory, nullptr, false});
  return success();
}

Status MemoryFilesystem::make_directory(std::string_view path) {
  auto begun = begin("make_directory", path, true);
  if (!begun) return begun;
  const std::lock_guard lock(mutex_);
  auto place = place_of(path);
  if (!place) return place.error();
  if (place->present != nullptr) return refuse(Code::exists, "File exists", path);
  disk_.change(EntryOperation{{edit(place->directory, place->name, disk_.make_inode(Kind::directory, 0755))},
                              place->directory,
                              nullptr,
                              false});
  return success();
}

Status MemoryFilesystem::remove_directory(std::string_view path) {
  auto begun = begin("remove_directory", path, true);
  if (!begun) return begun;
  const std::lock_guard lock(mutex_);
  auto place = place_of(path);
  if (!place) return place.error();
  if (place->present == nullptr) return refuse(Code::not_found, "No such file or directory", path);
  if (place->present->kind != Kind::directory) return refuse(Code::not_directory, "Not a directory", path);
  if (!place->present->entries.empty()) return refuse(Code::not_empty, "Directory not empty", path);
  disk_.change(EntryOperation{
      {edit(place->directory, place->name, nullptr)}, place->directory, place->present, false});
  return success();
}

Status MemoryFilesystem::list(std::string_view directory,
                              const std::function<bool(std::string_view name, Kind kind)>& each) {
  auto begun = begin("list", directory, false);
  if (!begun) return begun;
  std::vector<std::pair<std::string, Kind>> snapshot;
  {
    const std::lock_guard lock(mutex_);
    auto inode = find(directory);
    if (!inode) return inode.error();
    if ((*inode)->kind != Kind::directory) return refuse(Code::not_directory, "Not a directory", directory);
    for (const auto& [name, child] : (*inode)->entries) snapshot.emplace_back(name, child->kind);
  }
  for (const auto& [name, kind] : snapshot)
    if (!each(name, kind)) break;
  return success();
}

Result<std::optional<std::string>> MemoryFilesystem::attribute(std::string_view path, std::string_view name) {
  auto begun = begin("attribute", path, false);
  if (!begun) return begun.error();
  const std::lock_guard lock(mutex_);
  auto inode = find(path);
  if (!inode) return inode.error();
  if ((*inode)->kind == Kind::symlink) return refuse(Code::not_directory, "a symbolic link", path);
  const auto& extended = (*inode)->live.extended;
  const auto found = extended.find(full_attribute_name(name));
  if (found == extended.end()) return std::optional<std::string>();
  return std::optional(found->second);
}

Status MemoryFilesystem::set_attribute(std::string_view path, std::string_view name, std::string_view value) {
  auto begun = begin("set_attribute", path, true);
  if (!begun) return begun;
  const std::lock_guard lock(mutex_);
  auto inode = find(path);
  if (!inode) return inode.error();
  if ((*inode)->kind == Kind::symlink) return refuse(Code::not_directory, "a symbolic link", path);
  return set_extended(*inode, path, name, value);
}

Status MemoryFilesystem::set_extended(const InodePointer& inode, std::string_view path, std::string_view name,
                                      std::string_view value) {
  ContentChange change;
  change.what = ContentChange::What::set_extended;
  change.name = full_attribute_name(name);
  change.bytes = value;
  std::size_t total = change.name.size() + value.size();
  for (const auto& [other, its_value] : inode->live.extended)
    if (other != change.name) total += other.size() + its_value.size();
  if (total > extended_bytes_max) return refuse(Code::no_space, "no room for the attribute", path);
  disk_.change(inode, std::move(change));
  return success();
}

Status MemoryFilesystem::sync_directory(std::string_view path) {
  auto begun = begin("sync_directory", path, false);
  if (!begun) return begun;
  const std::lock_guard lock(mutex_);
  auto inode = find(path);
  if (!inode) return inode.error();
  if ((*inode)->kind != Kind::directory) return refuse(Code::not_directory, "Not a directory", path);
  disk_.sync_entries(*inode);
  return success();
}

Status MemoryFilesystem::sync_everything() {
  auto begun = begin("sync_everything", "", false);
  if (!begun) return begun;
  const std::lock_guard lock(mutex_);
  disk_.sync_everything();
  return success();
}

Result<storaged::Filesystem::Space> MemoryFilesystem::space() {
  auto begun = begin("space", "", false);
  if (!begun) return begun.error();
  const std::lock_guard lock(mutex_);
  const std::uint64_t left = room_left();
  return Space{capacity_.value_or(left), left};
}

}  // namespace tandem::support
