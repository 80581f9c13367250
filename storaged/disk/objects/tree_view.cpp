#include "storaged/disk/objects/tree_view.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tandem::storaged {

Result<Answer> TreeView::lay(const DirectoryStep& step, TreeChanges& changes) {
  if (step.id == root_directory) return Answer::ok;
  const auto place = index_.find(step.id);
  changes.to_sync.insert({step.id, step.parent});
  if (place) {
    if (place->attribute_due) changes.attributes_due.insert(step.id);
    const bool same_place = place->parent == step.parent && place->name == step.name;
    if (place->revision > step.revision || (place->revision == step.revision && same_place))
      return Answer::ok;
  }
  if (!index_.has(step.parent)) return Answer::again;
  if (place && index_.is_under(step.parent, step.id)) return Answer::again;
  if (!place && rules_.told_revisions_remembered && index_.told(step.id) > step.revision)
    return Answer::again;
  const auto ours = clear_for_directory(step, changes);
  if (!ours.ok() && ours.code() != Code::invalid) return ours.error();
  const bool has_room = ours.ok() && *ours;  // `invalid`: the path is longer than the disk can name
  Status status = success();
  if (has_room)
    status =
        place ? move_directory(step, *place, changes) : make_directory(step, step.parent, step.name, changes);
  if ((!has_room || status.code() == Code::invalid) && !place)
    status = make_directory(step, layout::limbo_directory, to_string(step.id), changes);
  if (!status.ok() && status.code() != Code::invalid) return status.error();
  return Answer::ok;
}

// True when the place is free, or holds this very directory.
Result<bool> TreeView::clear_for_directory(const DirectoryStep& step, TreeChanges& changes) {
  const Name place{step.parent, step.name};
  const auto occupant = places_.look_at(place, {}, 0);
  if (!occupant.ok()) return occupant.error();
  if (occupant->what == Occupant::What::nothing) return true;
  if (occupant->what == Occupant::What::directory && occupant->id == step.id) return true;
  if (rules_.greater_revision_keeps_path && places_.revision_of(*occupant) > step.revision) return false;
  const Status evicted = places_.evict(*occupant, place, changes);
  if (!evicted.ok()) return evicted.error();
  return true;
}

// Made in staging/ with its attribute, then renamed: a directory under tree/ without one is not ours.
Status TreeView::make_directory(const DirectoryStep& step, const ObjectId& parent, const std::string& name,
                                TreeChanges& changes) {
  const std::string draft = layout::new_directory_path(step.id);
  Status status = filesystem_.make_directory(draft);
  if (!status.ok() && status.code() != Code::exists) return status;
  status = filesystem_.set_attribute(draft, layout::directory_attribute,
                                     encode(DirectoryAttribute{step.id, step.revision}));
  if (status.ok()) status = filesystem_.rename(draft, places_.path_of({parent, name}));
  if (!status.ok()) {
    (void)filesystem_.remove_directory(draft);  // the failure before is what counts
    return status;
  }
  index_.put(step.id, {step.revision, parent, name, false});
  places_.changed(parent, changes);
  places_.changed(step.id, changes);
  changes.touched.insert(step.id);
  return success();
}

// The revision on the disk stays the old one until the move is safe: write_due_attributes().
Status TreeView::move_directory(const DirectoryStep& step, const DirectoryPlace& from, TreeChanges& changes) {
  const bool moves = from.parent != step.parent || from.name != step.name;
  if (moves) {
    Status status = filesystem_.rename(places_.path_of({from.parent, from.name}),
                                       places_.path_of({step.parent, step.name}));
    if (status.code() == Code::not_found)  // somebody took it away by hand
      return make_directory(step, step.parent, step.name, changes);
    if (!status.ok()) return status;
    places_.changed(from.parent, changes);
    places_.changed(step.parent, changes);
    changes.touched.insert(from.parent);
  }
  index_.put(step.id, {step.revision, step.parent, step.name, true});
  changes.attributes_due.insert(step.id);
  return success();
}

Status TreeView::show(const Link& link, const Name& name, TreeChanges& changes) {
  changes.to_sync.insert(name.directory);
  const auto occupant = places_.look_at(name, link.id, link.previous_inode);
  if (!occupant.ok()) return occupant.code() == Code::invalid ? success() : Status(occupant.error());
  const bool own = occupant->what == Occupant::What::link && occupant->id == link.id;
  if (own && occupant->inode == link.inode) return success();
  const bool disputed = occupant->what != Occupant::What::nothing && !own;
  if (disputed && rules_.greater_revision_keeps_path && places_.revision_of(*occupant) > link.revision)
    return success();
  const bool replaces = occupant->what == Occupant::What::link;
  if (disputed && !replaces) {
    Status evicted = places_.evict(*occupant, name, changes);
    if (!evicted.ok()) return evicted;
  }
  Status status = place_link(link, places_.path_of(name), replaces);
  if (status.code() == Code::invalid) return success();  // a path longer than the disk can name
  if (!status.ok()) return status;
  places_.changed(name.directory, changes);
  return success();
}

// Over another link by rename, so that nobody who looks at the tree finds the name missing.
Status TreeView::place_link(const Link& link, const std::string& path, bool replaces) {
  const std::string object = layout::object_path(link.id);
  if (!replaces) return filesystem_.link(object, path);
  const std::string draft = layout::new_link_path(link.id);
  Status status = filesystem_.link(object, draft);
  if (status.code() == Code::exists) {
    status = filesystem_.unlink(draft);
    if (status.ok()) status = filesystem_.link(object, draft);
  }
  if (status.ok()) status = filesystem_.rename(draft, path);
  if (!status.ok()) (void)filesystem_.unlink(draft);  // the failure before is what counts
  return status;
}

Status TreeView::hide(const ObjectId& id, std::uint64_t inode, const Name& name, TreeChanges& changes) {
  if (!index_.has(name.directory)) return success();
  const auto occupant = places_.look_at(name, id, inode);
  if (!occupant.ok()) return occupant.code() == Code::invalid ? success() : Status(occupant.error());
  changes.to_sync.insert(name.directory);
  if (occupant->what != Occupant::What::link || occupant->id != id) return success();
  return places_.evict(*occupant, name, changes);
}

Status TreeView::remove_directory(const ObjectId& id, TreeChanges& changes) {
  const auto place = index_.find(id);
  if (!place) return success();
  constexpr std::size_t batch = 1024;
  const std::string path = places_.path_of({place->parent, place->name});
  for (std::vector<std::string> names;; names.clear()) {
    Status status = filesystem_.list(path, [&](std::string_view name, Kind) {
      names.emplace_back(name);
      return names.size() < batch;
    });
    if (!status.ok() && status.code() != Code::not_found) return status;
    if (names.empty()) break;
    for (const std::string& name : names) {
      const auto occupant = places_.look_at({id, name}, {}, 0);
      if (!occupant.ok()) return occupant.error();
      status = places_.evict(*occupant, {id, name}, changes);
      if (!status.ok()) return status;
    }
  }
  Status removed = filesystem_.remove_directory(path);
  if (!removed.ok() && removed.code() != Code::not_found) return removed;
  index_.erase(id);
  places_.changed(place->parent, changes);
  changes.touched.insert(place->parent);
  return success();
}

Status TreeView::tidy(TreeChanges& changes) {
  const std::set<ObjectId> from_before = std::exchange(untidied_, {});
  changes.touched.insert(from_before.begin(), from_before.end());
  Status outcome = success();
  while (!changes.touched.empty()) {
    const ObjectId id = *changes.touched.begin();
    changes.touched.erase(changes.touched.begin());
    const auto place = index_.find(id);
    if (!place || !rules_.empty_directories_removed) continue;
    const Status status = filesystem_.remove_directory(places_.path_of({place->parent, place->name}));
    if (status.code() == Code::not_empty || status.code() == Code::invalid) continue;
    if (!status.ok() && status.code() != Code::not_found) {
      untidied_.insert(id);
      // What another call has left is no reason to fail this one.
      if (!from_before.contains(id)) outcome = status;
      continue;
    }
    index_.erase(id);
    places_.changed(place->parent, changes);
    changes.touched.insert(place->parent);
  }
  return outcome;
}

Status TreeView::write_due_attributes(TreeChanges& changes) {
  for (const ObjectId& id : changes.attributes_due) {
    const auto place = index_.find(id);
    if (!place || !place->attribute_due) continue;
    Status status =
        filesystem_.set_attribute(places_.path_of({place->parent, place->name}), layout::directory_attribute,
                                  encode(DirectoryAttribute{id, place->revision}));
    if (!status.ok()) return status;
    index_.attribute_written(id, place->revision);
    syncs_.changed(std::string(id.raw()));
  }
  return success();
}

Status TreeView::sync(const std::set<ObjectId>& directories) {
  for (const ObjectId& id : directories) {
    Status status = syncs_.ensure(std::string(id.raw()), [&] { return sync_one(id); });
    if (!status.ok()) return status;
  }
  return success();
}

// A directory may move while its path is used: only a sync with no move beside it counts.
Status TreeView::sync_one(const ObjectId& id) {
  constexpr int attempts = 8;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const std::uint64_t before = index_.generation();
    const auto path = index_.path_of(id);
    if (!path) return success();
    Status status = filesystem_.sync_directory(*path);
    if (status.ok() && index_.generation() == before) return status;
  }
  const auto guard = lock();
  if (!guard.ok()) return guard.error();
  const auto path = index_.path_of(id);
  return path ? filesystem_.sync_directory(*path) : success();
}

}  // namespace tandem::storaged
