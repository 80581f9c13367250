// The namespace on the catalogue: resolves paths and plans changes of names as transactions (I4).
//
// Planning reads through the cache and has no effect. The caller adds the conditions of its session, slot
// and pair, commits, and on a conflict plans again: whatever was decided on an old state is guarded, so it
// cannot be committed. docs/catalogue/plans.md lists each plan's conditions and changes.
//
// What changes while it is read is read again, a bounded number of times, then `stale`. A file with an
// intent (written in place by a newer client) is refused with `unsupported`.
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

// What to do with a symbolic link that a path ends in. On the way links are always followed: relative ones
// from their own folder, absolute ones from the store's root, `invalid` (naming the circle) beyond 40.
enum class LastLink : std::uint8_t { itself, followed };

// A resolved path with every name that led to it, those of links it followed included; none for the root.
struct Walk {
  Resolved target{};
  std::vector<Name> steps{};
};

// A place in a directory that exists, with what stands there.
struct Place {
  ObjectId directory{};
  std::string name{};
  Revision name_revision = 0;  // of the name's key; 0 when it is free
  std::optional<Resolved> occupant{};
};

struct Plan {
  Transaction transaction{};  // without changes: there is nothing to do, the call has succeeded
  std::vector<Owed> owed{};   // what the nodes have to be brought up to afterwards
};

class Names {
 public:
  explicit Names(CachedCatalogue& catalogue) : catalogue_(catalogue) {}

  // not_found, not_directory (a component on the way is a file), invalid.
  Result<Resolved> resolve(std::string_view path, LastLink last = LastLink::itself);
  Result<Walk> walk(std::string_view path, LastLink last = LastLink::itself);
  // The place a path means: its directory exists, the name may be free. `invalid` for the root.
  Result<Place> place(std::string_view path, LastLink last = LastLink::itself);
  Result<Resolved> record(const ObjectId& id);
  // From the child of the root down to and including `directory`; empty for the root. `stale` when the way
  // kept changing while it was read, or the directory is gone.
  Result<std::vector<DirectoryStep>> chain(const ObjectId& directory);
  // The path of an object's first name, for messages; "/" for the root.
  Result<std::string> path_of(const ObjectId& id);
  // What a node has to match now: of an absent record a removal, at a revision read after its absence.
  Result<SettleItem> settle_item(const ObjectId& id, Kind kind);

  // A new object at a free place; `exists` if it is taken. `record.names` is filled in here.
  Result<Plan> plan_create(const Place& place, const ObjectId& id, ObjectRecord record);
  // A symbolic link at a free place; `invalid` for what no path can be. Whether it leads anywhere is not
  // asked.
  Result<Plan> plan_symlink(const Place& place, const ObjectId& id, std::string_view target,
                            const Attributes& attributes);
  // A new version of the record at a place that is taken by it: content or attributes.
  Result<Plan> plan_update(const Resolved& present, const ObjectRecord& next);
  // As rename(2). Both names lead to the same object: a plan without changes.
  Result<Plan> plan_move(std::string_view from, std::string_view to, bool no_replace);
  Result<Plan> plan_remove(std::string_view path);  // a name of a file or symlink, or an empty directory
  Result<Plan> plan_link(std::string_view existing, std::string_view added);

 private:
  struct Child {
    NameValue value{};
    Revision revision = 0;
  };
  // Where a path leads, by names and links alone.
  struct Way {
    std::vector<Name> steps{};       // every name that was looked up
    std::optional<Name> place{};     // the name it ends at; nothing for the root
    std::optional<Child> child{};    // what stands there
    std::string free_behind_link{};  // the path of a free place that only a link's target names
  };
  class Descent;
  struct Ends;  // of a move

  Result<Plan> plan_move_once(std::string_view from, std::string_view to, bool no_replace);
  Result<Plan> plan_remove_once(std::string_view path);
  Result<Plan> plan_link_once(std::string_view existing, std::string_view added);

  // `ahead`: what will be read next, see CachedCatalogue::find().
  Result<std::optional<Child>> child_of(const Name& name, const NextKey& ahead);
  // Nothing: absent.
  Result<std::optional<Resolved>> read_record(const ObjectId& id, const NextKey& ahead = {});
  // Nothing: it changed between two reads.
  Result<std::optional<Walk>> walk_once(const std::vector<std::string>& components, LastLink last);
  Result<std::optional<Place>> place_once(const std::vector<std::string>& components, LastLink last);
  Result<std::optional<Resolved>> occupant_of(const Child& child, const Name& name);

  // Every directory above and including those given, each once, ancestors first. Nothing: one of them is
  // gone.
  Result<std::optional<std::vector<DirectoryStep>>> collect_steps(const std::vector<Name>& names);

  Status check_empty(const ObjectId& directory, std::string_view path);
  Status check_ends(const Ends& ends, std::string_view from, std::string_view to, bool no_replace);
  Result<bool> leads_through(const ObjectId& directory, const ObjectId& ancestor);
  Status guard_directory_move(const Ends& ends, std::string_view from, std::string_view to, Plan& plan);

  CachedCatalogue& catalogue_;
};

}  // namespace tandem::gateway
