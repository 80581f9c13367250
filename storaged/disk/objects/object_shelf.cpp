#include "storaged/disk/objects/object_shelf.hpp"

#include <algorithm>
#include <set>

namespace tandem::storaged {

namespace {
// Ids kept from one listing of objects/, so that a walk does not list it again for every page: 1 MiB.
constexpr std::size_t window_ids_max = 65'536;
}  // namespace

Result<std::optional<HeldObject>> ObjectShelf::load(const ObjectId& id, const ClusterId& cluster) {
  return load_from(layout::object_path(id), id, cluster);
}

Result<std::optional<HeldObject>> ObjectShelf::load_staged(const layout::StagedKey& key,
                                                           const ClusterId& cluster) {
  return load_from(layout::staged_path(key), key.id, cluster);
}

Result<std::optional<HeldObject>> ObjectShelf::load_content(const ObjectId& id, const ClusterId& cluster) {
  return load_content_from(layout::object_path(id), id, cluster);
}

Result<std::optional<HeldObject>> ObjectShelf::load_from(const std::string& path, const ObjectId& id,
                                                         const ClusterId& cluster) {
  auto held = load_content_from(path, id, cluster);
  if (!held.ok() || !held->has_value()) return held;
  if (const Status named = add_names(id, **held); !named.ok()) return named.error();
  return held;
}

Result<std::optional<HeldObject>> ObjectShelf::load_content_from(const std::string& path, const ObjectId& id,
                                                                 const ClusterId& cluster) {
  HeldObject held;
  auto file = filesystem_.open(path, OpenMode::read);
  if (!file.ok()) {
    if (file.code() == Code::not_found) return std::optional<HeldObject>();
    return file.error();
  }
  held.file = std::move(*file);
  const auto status = held.file->status();
  if (!status.ok()) return status.error();
  held.status = *status;
  const auto content = held.file->attribute(layout::content_attribute);
  if (!content.ok()) return content.error();
  if (content->has_value()) held.content = decode_content(**content);
  if (held.content && held.content->id != id) held.of_another_id = true;
  if (held.content && (held.of_another_id || held.content->cluster != cluster)) held.content.reset();
  return std::optional<HeldObject>(std::move(held));
}

Status ObjectShelf::add_names(const ObjectId& id, HeldObject& held) {
  if (held.of_another_id) return success();
  const auto names = held.file->attribute(layout::names_attribute);
  if (!names.ok()) return names.error();
  if (names->has_value()) held.names = decode_names_attribute(**names);
  if (held.names && held.names->spilled_hash != 0) {
    auto spilled = side_files_.load_names(id, held.names->spilled_hash);
    if (spilled.ok())
      held.names->names = std::move(*spilled);
    else if (spilled.code() == Code::corrupt || spilled.code() == Code::not_found)
      held.names.reset();
    else
      return spilled.error();
  }
  return success();
}

Result<NamesAttribute> ObjectShelf::write_names(File& file, const ObjectId& id, NamesAttribute names,
                                                bool durable) {
  names.spilled_hash = 0;
  const std::string encoded_names = encode_names(names.names);
  if (encoded_names.size() > inline_names_bytes_max) {
    const auto hash = side_files_.write_names(id, encoded_names, durable);
    if (!hash.ok()) return hash.error();
    names.spilled_hash = *hash;
  }
  const Status status = file.set_attribute(layout::names_attribute, encode(names));
  if (!status.ok()) return status.error();
  return names;
}

Status ObjectShelf::remove_spilled(const ObjectId& id, const std::optional<NamesAttribute>& before,
                                   const std::optional<NamesAttribute>& now) {
  if (!before || before->spilled_hash == 0) return success();
  if (now && now->spilled_hash == before->spilled_hash) return success();
  return side_files_.remove_names(id, before->spilled_hash);
}

Status ObjectShelf::put_in_place(const layout::StagedKey& key, const HeldObject& staged,
                                 const std::optional<HeldObject>& replaced) {
  Status status = filesystem_.rename(layout::staged_path(key), layout::object_path(key.id));
  if (!status.ok()) return status;
  open_objects_.forget(key.id);
  syncs_.changed(std::string(layout::objects));
  syncs_.changed(std::string(layout::staging));
  bytes_ += staged.status.size_bytes;
  if (replaced)
    bytes_ -= replaced->status.size_bytes;
  else
    ++files_;
  return success();
}

Status ObjectShelf::remove(const ObjectId& id, const HeldObject& held) {
  Status status = filesystem_.unlink(layout::object_path(id));
  if (!status.ok()) return status;
  open_objects_.forget(id);
  syncs_.changed(std::string(layout::objects));
  --files_;
  bytes_ -= held.status.size_bytes;
  Status rest = held.content ? side_files_.remove_checksums(*held.content) : success();
  if (rest.ok() && held.names) rest = side_files_.remove_names(id, held.names->spilled_hash);
  return rest;
}

Status ObjectShelf::sync_entries() {
  return syncs_.ensure(std::string(layout::objects),
                       [this] { return filesystem_.sync_directory(layout::objects); });
}

Revision ObjectShelf::revision_of(const ObjectId& id) {
  {
    const std::unique_lock lock(mutex_);
    const auto found = under_way_.find(id);
    if (found != under_way_.end()) return found->second;
  }
  const auto encoded = filesystem_.attribute(layout::object_path(id), layout::names_attribute);
  if (!encoded.ok() || !encoded->has_value()) return 0;
  const auto names = decode_names_attribute(**encoded);
  return names && names->settled ? names->revision : 0;
}

void ObjectShelf::set_under_way(const ObjectId& id, Revision revision) {
  const std::unique_lock lock(mutex_);
  under_way_[id] = revision;
}

void ObjectShelf::end_under_way(const ObjectId& id) {
  const std::unique_lock lock(mutex_);
  under_way_.erase(id);
}

Result<std::vector<ObjectId>> ObjectShelf::ids_behind(const std::optional<ObjectId>& after,
                                                      std::size_t limit) {
  std::vector<ObjectId> page;
  if (after) {
    const std::unique_lock lock(mutex_);
    const auto at = std::lower_bound(window_.begin(), window_.end(), *after);
    if (at != window_.end() && *at == *after && static_cast<std::size_t>(window_.end() - at) > limit)
      return std::vector<ObjectId>(at + 1, at + 1 + static_cast<std::ptrdiff_t>(limit));
  }
  std::set<ObjectId> smallest;
  const Status listed = filesystem_.list(layout::objects, [&](std::string_view name, Kind kind) {
    const auto id = parse_identifier<ObjectId>(name);
    if (!id || kind != Kind::file || (after && *id <= *after)) return true;
    if (smallest.size() == window_ids_max) {
      if (*id > *smallest.rbegin()) return true;
      smallest.erase(std::prev(smallest.end()));
    }
    smallest.insert(*id);
    return true;
  });
  if (!listed.ok()) return listed.error();
  const std::unique_lock lock(mutex_);
  window_.assign(smallest.begin(), smallest.end());
  const std::size_t count = std::min(limit, window_.size());
  page.assign(window_.begin(), window_.begin() + static_cast<std::ptrdiff_t>(count));
  if (window_.size() < window_ids_max && count == window_.size()) window_.clear();
  return page;
}

Result<std::optional<Revision>> ObjectShelf::settled_revision(const ObjectId& id) {
  const auto encoded = filesystem_.attribute(layout::object_path(id), layout::names_attribute);
  if (!encoded.ok()) {
    if (encoded.code() == Code::not_found) return std::optional<Revision>();
    return encoded.error();
  }
  if (!encoded->has_value()) return std::optional<Revision>(0);
  const auto names = decode_names_attribute(**encoded);
  return std::optional<Revision>(names && names->settled ? names->revision : 0);
}

void ObjectShelf::count(std::uint64_t files, std::uint64_t bytes) {
  files_ += files;
  bytes_ += bytes;
}

}  // namespace tandem::storaged
