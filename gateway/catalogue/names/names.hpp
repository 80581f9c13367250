// The namespace on the catalogue: resolves paths and plans changes of names as transactions (I4).
//
// Planning reads through the cache and has no effect. The caller adds the conditions of its session, slot
// and pair, commits, and on a conflict plans again: whatever was decided on an old state is guarded, so it
// cannot be committed. docs/CATALOGUE.md lists each plan's conditions and changes.
//
// All calls may be made at the same time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/catalogue/names/cached_catalogue.hpp"
#include "gateway/catalogue/records/records.hpp"
#include "protocol/contract/node_service.hpp"

namespace tandem::gateway {

struct Resolved {
  ObjectId id{};
  Revision revision = 0;
  ObjectRecord record{};
};

// A place in a directory that exists, with what stands there.
struct Place {
  ObjectId directory{};
  std::string name{};
  Revision name_revision = 0;  // of the name's key; 0 when it is free
  std::optional<Resolved> occupant{};
};

struct Plan {
  Transaction transaction{};
  std::vector<Owed> owed{};  // what the nodes have to be brought up to afterwards
};

class Names {
 public:
  explicit Names(CachedCatalogue& catalogue) : catalogue_(catalogue) {}

  // not_found, not_directory (a component on the way is a file), invalid.
  Result<Resolved> resolve(std::string_view path);
  // The place a path means: its directory exists, the name may be free. `invalid` for the root.
  Result<Place> place(std::string_view path);
  Result<Resolved> record(const ObjectId& id);
  // From the child of the root down to and including `directory`; empty for the root. `stale` when the way
  // changed while it was read.
  Result<std::vector<DirectoryStep>> chain(const ObjectId& directory);
  // The path of an object's first name, for messages; "/" for the root.
  Result<std::string> path_of(const ObjectId& id);
  // What a node has to match now: of an absent record a removal, at a revision read after its absence.
  Result<SettleItem> settle_item(const ObjectId& id, Kind kind);

  // A new object at a free place. `record.names` is filled in here.
  Result<Plan> plan_create(const Place& place, const ObjectId& id, ObjectRecord record);
  // A new version of the record at a place that is taken by it: content or attributes.
  Result<Plan> plan_update(const Resolved& present, ObjectRecord next);
  Result<Plan> plan_move(std::string_view from, std::string_view to, bool no_replace);
  Result<Plan> plan_remove(std::string_view path);  // a name of a file or symlink, or an empty directory
  Result<Plan> plan_link(std::string_view existing, std::string_view added);

 private:
  Result<Resolved> child_of(const Resolved& directory, std::string_view name);
  CachedCatalogue& catalogue_;
};

}  // namespace tandem::gateway
