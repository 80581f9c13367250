#include "storaged/disk/objects/tree_places.hpp"

#include <cassert>

namespace tandem::storaged {

namespace {
constexpr std::size_t kept_name_bytes = 200;  // of a foreign entry, so that its new name stays short enough
}

std::string TreePlaces::path_of(const Name& place) const {
  const auto directory = index_.path_of(place.directory);
  assert(directory && "the directory of a place is held");
  return layout::join(*directory, place.name);
}

void TreePlaces::changed(const ObjectId& directory, TreeChanges& changes) {
  syncs_.changed(std::string(directory.raw()));
  changes.to_sync.insert(directory);
}

std::string TreePlaces::random_suffix() {
  return "." + layout::hexadecimal(random_number(runtime_));
}

Result<Occupant> TreePlaces::look_at_file(const std::string& path, std::uint64_t inode) {
  Occupant occupant{Occupant::What::foreign, {}, inode};
  const auto encoded = filesystem_.attribute(path, layout::content_attribute);
  if (!encoded.ok()) {
    if (encoded.code() == Code::corrupt) return encoded.error();
    return occupant;  // a socket, or gone meanwhile: whatever it is, it is not ours
  }
  const auto content = encoded->has_value() ? decode_content(**encoded) : std::nullopt;
  if (!content) return occupant;
  const auto object = filesystem_.status(layout::object_path(content->id));
  if (!object.ok()) {
    if (object.code() == Code::not_found) return occupant;  // the last link to those bytes
    return object.error();
  }
  return Occupant{Occupant::What::link, content->id, inode};
}

Result<Occupant> TreePlaces::look_at(const Name& place, const ObjectId& own, std::uint64_t own_inode) {
  const std::string path = path_of(place);
  const auto status = filesystem_.status(path);
  if (!status.ok()) {
    if (status.code() == Code::not_found) return Occupant{};
    return status.error();
  }
  if (status->kind == Kind::file) {
    if (own_inode != 0 && status->inode == own_inode) return Occupant{Occupant::What::link, own, own_inode};
    return look_at_file(path, status->inode);
  }
  Occupant occupant{Occupant::What::foreign, {}, 0};
  if (status->kind != Kind::directory) return occupant;
  const auto encoded = filesystem_.attribute(path, layout::directory_attribute);
  if (!encoded.ok()) return encoded.error();
  const auto attribute = encoded->has_value() ? decode_directory(**encoded) : std::nullopt;
  if (!attribute) return occupant;
  const auto known = index_.find(attribute->id);
  if (known && known->parent == place.directory && known->name == place.name)
    return Occupant{Occupant::What::directory, attribute->id, 0};
  return occupant;
}

Revision TreePlaces::revision_of(const Occupant& occupant) {
  if (occupant.what == Occupant::What::link) return shelf_.revision_of(occupant.id);
  if (occupant.what == Occupant::What::foreign) return 0;
  const auto place = index_.find(occupant.id);
  return place ? place->revision : 0;
}

Status TreePlaces::evict(const Occupant& occupant, const Name& place, TreeChanges& changes) {
  if (occupant.what == Occupant::What::nothing) return success();
  if (occupant.what == Occupant::What::directory) return move_to_limbo(occupant.id, changes);
  if (occupant.what == Occupant::What::foreign) return move_foreign_to_limbo(place, changes);
  Status status = filesystem_.unlink(path_of(place));
  if (!status.ok() && status.code() != Code::not_found) return status;
  changed(place.directory, changes);
  changes.touched.insert(place.directory);
  return success();
}

Status TreePlaces::move_to_limbo(const ObjectId& id, TreeChanges& changes) {
  const auto place = index_.find(id);
  assert(place);
  if (place->parent == layout::limbo_directory) return success();
  const std::string from = path_of({place->parent, place->name});
  std::string name = to_string(id);
  Status status = filesystem_.rename(from, layout::join(layout::limbo, name));
  if (!status.ok() && status.code() != Code::not_found) {  // something of that name lies there already
    name += random_suffix();
    status = filesystem_.rename(from, layout::join(layout::limbo, name));
  }
  if (!status.ok()) return status;
  index_.put(id, {place->revision, layout::limbo_directory, name, place->attribute_due});
  changed(layout::limbo_directory, changes);
  changed(place->parent, changes);
  changes.touched.insert({place->parent, id});
  return success();
}

Status TreePlaces::move_foreign_to_limbo(const Name& place, TreeChanges& changes) {
  const std::string name = place.name.substr(0, kept_name_bytes) + random_suffix();
  Status status = filesystem_.rename(path_of(place), layout::join(layout::limbo, name));
  if (!status.ok()) return status;
  changed(layout::limbo_directory, changes);
  changed(place.directory, changes);
  changes.touched.insert(place.directory);
  return success();
}

}  // namespace tandem::storaged
