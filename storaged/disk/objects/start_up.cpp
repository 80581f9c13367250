#include "storaged/disk/objects/start_up.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tandem::storaged {

namespace {

constexpr std::size_t id_digits = 2 * ObjectId::size_bytes;

// The entries of one directory; a stay in memory of one directory at a time per level.
struct Entry {
  std::string name{};
  Kind kind = Kind::file;
};

Result<std::vector<Entry>> entries_of(Filesystem& filesystem, std::string_view path) {
  std::vector<Entry> entries;
  const Status status = filesystem.list(path, [&](std::string_view name, Kind kind) {
    entries.push_back({std::string(name), kind});
    return true;
  });
  if (!status.ok()) return status.error();
  return entries;
}

// What is gone already is as good as removed.
Status tolerate_absence(Status status) {
  return status.code() == Code::not_found ? success() : std::move(status);
}

}  // namespace

Status StartUp::make_folders() {
  bool made = false;
  for (const std::string_view folder :
       {layout::objects, layout::staging, layout::checksums, layout::tree, layout::limbo}) {
    Status status = filesystem_.make_directory(folder);
    if (!status.ok() && status.code() != Code::exists) return status;
    made = made || status.ok();
  }
  return made ? filesystem_.sync_directory("") : success();
}

Status StartUp::read(bool after_unclean_stop) {
  const bool check = after_unclean_stop && !cluster_.is_null();  // else what is under tree/ is its owner's
  Status status = read_staging();
  if (status.ok()) status = read_directory(std::string(layout::tree), root_directory, check);
  if (status.ok()) status = read_directory(std::string(layout::limbo), layout::limbo_directory, check);
  if (status.ok()) status = sync_changes();
  if (status.ok()) status = read_objects(check);
  if (status.ok()) status = clear_side_files();
  count_all_as_unsynced();
  return status;
}

Status StartUp::read_staging() {
  const auto entries = entries_of(filesystem_, layout::staging);
  if (!entries.ok()) return entries.error();
  for (const Entry& entry : *entries) {
    Status status = entry.kind == Kind::directory ? clear_unmarked(layout::join(layout::staging, entry.name))
                                                  : read_staged_file(entry.name);
    if (!tolerate_absence(status).ok()) return status;
  }
  return success();
}

// Without a sound attribute nobody was told that the bytes are here.
Status StartUp::read_staged_file(std::string_view name) {
  const std::string path = layout::join(layout::staging, name);
  const auto key = layout::parse_staged_name(name);
  if (!key) return filesystem_.unlink(path);
  const auto held = shelf_.load_staged(*key, cluster_);
  if (!held.ok()) return held.error();
  if (!held->has_value()) return success();
  const auto object = filesystem_.status(layout::object_path(key->id));
  const bool moved = object.ok() && object->inode == (*held)->status.inode;
  if (moved || !(*held)->intact_at(key->stamp)) return filesystem_.unlink(path);
  if (Status status = staging_.begin(*key); !status.ok()) return status;
  staging_.complete({*key, (*held)->content->session, (*held)->content->size_bytes, false});
  return success();
}

Status StartUp::read_directory(const std::string& path, const ObjectId& id, bool check) {
  const auto entries = entries_of(filesystem_, path);
  if (!entries.ok()) return entries.error();
  for (const Entry& entry : *entries) {
    const std::string entry_path = layout::join(path, entry.name);
    Status status = success();
    if (entry.kind == Kind::directory) status = read_subdirectory(entry_path, {id, entry.name}, check);
    const bool was_put_here = id == layout::limbo_directory;
    if (entry.kind == Kind::file && check && !was_put_here) status = check_link(entry_path, {id, entry.name});
    if (!status.ok()) return status;
  }
  return success();
}

Status StartUp::read_subdirectory(const std::string& path, const Name& place, bool check) {
  const auto encoded = filesystem_.attribute(path, layout::directory_attribute);
  if (!encoded.ok()) return encoded.error();
  const auto attribute = encoded->has_value() ? decode_directory(**encoded) : std::nullopt;
  if (!attribute || index_.has(attribute->id)) {
    const bool was_put_here = place.directory == layout::limbo_directory;
    return check && !was_put_here ? clear_unmarked(path) : success();
  }
  index_.put(attribute->id, {attribute->revision, place.directory, place.name, false});
  Status status = read_directory(path, attribute->id, check);
  if (!status.ok()) return status;
  status = filesystem_.remove_directory(path);  // empty ones only: a directory is here for what is in it
  if (status.ok()) index_.erase(attribute->id);
  return status.ok() || status.code() == Code::not_empty ? success() : status;
}

// A directory of ours that lost its attribute or its place in a power cut, or somebody else's: links of ours
// do not belong in it, and it goes if nothing else was in it.
Status StartUp::clear_unmarked(const std::string& path) {
  const auto entries = entries_of(filesystem_, path);
  if (!entries.ok()) return entries.error();
  for (const Entry& entry : *entries) {
    const std::string entry_path = layout::join(path, entry.name);
    Status status = success();
    if (entry.kind == Kind::directory) status = clear_unmarked(entry_path);
    if (entry.kind == Kind::file) status = check_link(entry_path, {layout::limbo_directory, entry.name});
    if (!status.ok()) return status;
  }
  const Status status = filesystem_.remove_directory(path);
  return status.code() == Code::not_empty ? success() : tolerate_absence(status);
}

// A link stands rightly where its object says. Another is taken away, unless it is the last one to its bytes.
Status StartUp::check_link(const std::string& path, const Name& place) {
  const auto encoded = filesystem_.attribute(path, layout::content_attribute);
  if (!encoded.ok()) return encoded.code() == Code::invalid ? success() : Status(encoded.error());
  const auto content = encoded->has_value() ? decode_content(**encoded) : std::nullopt;
  if (!content) return success();
  const auto link = filesystem_.status(path);
  if (!link.ok()) return link.error();
  const auto held = shelf_.load(content->id, cluster_);
  if (!held.ok()) return held.error();
  if (!held->has_value()) return keep_in_limbo(path, content->id, link->inode);
  const auto& names = (*held)->names;
  const bool said = names && std::find(names->names.begin(), names->names.end(), place) != names->names.end();
  if (said && (*held)->status.inode == link->inode) return success();
  const Status status = remove_link(path);
  return status.ok() ? forget_revision(content->id, **held) : status;
}

Status StartUp::remove_link(const std::string& path) {
  changed_.insert(path.substr(0, path.rfind('/')));
  return filesystem_.unlink(path);
}

// Several links to the same bytes meet under one name there.
Status StartUp::keep_in_limbo(const std::string& path, const ObjectId& id, std::uint64_t inode) {
  const std::string kept =
      layout::join(layout::limbo, to_string(id)) + "." + layout::hexadecimal(inode) + ".unnamed";
  Status status = filesystem_.link(path, kept);
  if (!status.ok() && status.code() != Code::exists) return status;
  changed_.insert(std::string(layout::limbo));
  return remove_link(path);
}

// An earlier life may have changed what it did not sync, and a call repeated in this one has to.
void StartUp::count_all_as_unsynced() {
  for (const std::string_view folder : {layout::objects, layout::staging, layout::checksums})
    syncs_.changed(std::string(folder));
  syncs_.changed(std::string(root_directory.raw()));
  syncs_.changed(std::string(layout::limbo_directory.raw()));
  constexpr std::size_t page = 1024;
  std::optional<ObjectId> after;
  do {
    const auto directories = index_.behind(after, page);
    after.reset();
    if (directories.size() == page) after = directories.back().id;
    for (const InventoryEntry& directory : directories) syncs_.changed(std::string(directory.id.raw()));
  } while (after);
}

// Whoever relies on a link being gone must not see it come back: nothing else would know of it any more.
Status StartUp::sync_changes() {
  for (const std::string& path : changed_) {
    Status status = filesystem_.sync_directory(path);
    if (!tolerate_absence(status).ok()) return status;
  }
  return success();
}

Status StartUp::read_objects(bool check) {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::optional<ObjectId> after;
  constexpr std::size_t page = 65'536;
  for (;;) {
    const auto ids = shelf_.ids_behind(after, page);
    if (!ids.ok()) return ids.error();
    for (const ObjectId& id : *ids) {
      const auto status = filesystem_.status(layout::object_path(id));
      if (!status.ok()) return status.error();
      ++files;
      bytes += status->size_bytes;
      if (!check) continue;
      if (Status checked = check_object(id); !checked.ok()) return checked;
    }
    if (ids->size() < page) break;
    after = ids->back();
  }
  shelf_.count(files, bytes);
  return success();
}

Status StartUp::check_object(const ObjectId& id) {
  const auto held = shelf_.load(id, cluster_);
  if (!held.ok()) return held.error();
  if (!held->has_value() || !(*held)->names || !(*held)->names->settled) return success();
  const auto shown = shown_as_said(**held);
  if (!shown.ok()) return shown.error();
  return *shown ? success() : forget_revision(id, **held);
}

Result<bool> StartUp::shown_as_said(const HeldObject& held) {
  if (!held.settled()) return false;
  for (const Name& name : held.names->names) {
    const auto directory = index_.path_of(name.directory);
    if (!directory) return false;
    const auto link = filesystem_.status(layout::join(*directory, name.name));
    if (!link.ok()) {
      if (link.code() == Code::not_found || link.code() == Code::invalid) return false;
      return link.error();
    }
    if (link->inode != held.status.inode) return false;
  }
  return true;
}

// The names stay: whoever settles or removes the object next has to know where links may be.
Status StartUp::forget_revision(const ObjectId& id, const HeldObject& held) {
  if (!held.names || !held.names->settled) return success();
  NamesAttribute names = *held.names;
  names.settled = false;
  return filesystem_.set_attribute(layout::object_path(id), layout::names_attribute, encode(names));
}

Status StartUp::clear_side_files() {
  const auto entries = entries_of(filesystem_, layout::checksums);
  if (!entries.ok()) return entries.error();
  for (const Entry& entry : *entries) {
    const auto needed = side_file_needed(entry.name);
    if (!needed.ok()) return needed.error();
    if (*needed) continue;
    Status status = filesystem_.unlink(layout::join(layout::checksums, entry.name));
    if (!tolerate_absence(status).ok()) return status;
  }
  return success();
}

Result<bool> StartUp::side_file_needed(std::string_view name) {
  constexpr std::string_view names_part = "names.";
  const auto id = parse_identifier<ObjectId>(name.substr(0, id_digits));
  if (!id || name.size() <= id_digits + 1 || name.ends_with(".new")) return false;
  std::string_view rest = name.substr(id_digits + 1);
  const auto held = shelf_.load(*id, cluster_);
  if (!held.ok()) return held.error();
  if (rest.starts_with(names_part)) {
    const auto hash = layout::parse_hexadecimal(rest.substr(names_part.size()));
    return held->has_value() && (*held)->names && hash == (*held)->names->spilled_hash;
  }
  const auto stamp = parse_stamp(rest);
  if (!stamp) return false;
  // A damaged object keeps its list: with a repaired attribute it may be read again.
  const bool of_object = held->has_value() && (!(*held)->content || (*held)->content->stamp == *stamp);
  return of_object || staging_.any_at(*id, *stamp);
}

}  // namespace tandem::storaged
