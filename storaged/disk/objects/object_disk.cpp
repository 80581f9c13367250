#include "storaged/disk/objects/object_disk.hpp"

#include <algorithm>

#include "storaged/disk/objects/stage_writer.hpp"
#include "storaged/disk/objects/start_up.hpp"

namespace tandem::storaged {

ObjectDisk::ObjectDisk(Runtime& runtime, Filesystem& filesystem, const ObjectDiskOptions& options)
    : filesystem_(filesystem),
      options_(options),
      syncs_(runtime, options.lock_wait),
      locks_(runtime, options.lock_wait),
      side_files_(filesystem, syncs_),
      open_objects_(runtime, filesystem, options.open_objects_max),
      shelf_(filesystem, side_files_, syncs_, open_objects_),
      staging_(filesystem, syncs_),
      tree_(runtime, filesystem, index_, shelf_, syncs_, options.rules, options.lock_wait),
      settler_(filesystem, locks_, shelf_, staging_, side_files_, tree_, index_, options.rules),
      verify_turns_(runtime, options.lock_wait),
      reader_(shelf_, staging_, side_files_, open_objects_, verify_turns_) {}

Result<std::unique_ptr<ObjectDisk>> ObjectDisk::open(Runtime& runtime, Filesystem& filesystem,
                                                     const ClusterId& cluster, bool after_unclean_stop,
                                                     const ObjectDiskOptions& options) {
  std::unique_ptr<ObjectDisk> disk(new ObjectDisk(runtime, filesystem, options));
  StartUp start_up(filesystem, disk->index_, disk->shelf_, disk->staging_, disk->syncs_, cluster);
  Status status = start_up.make_folders();
  if (status.ok()) status = start_up.read(after_unclean_stop);
  if (!status.ok()) return status.error();
  return disk;
}

Status ObjectDisk::fill_in(NodeStatus& status) {
  const auto space = filesystem_.space();
  if (!space.ok()) return space.error();
  status.directories = index_.size();
  status.files = shelf_.files();
  status.data_bytes = shelf_.bytes();
  status.free_bytes = space->free_bytes - std::min(space->free_bytes, options_.reserve_bytes);
  status.staged_files = staging_.files();
  status.staged_bytes = staging_.bytes();
  status.reads = reads_;
  status.writes = writes_;
  return filesystem_.list(layout::limbo, [&](std::string_view, Kind) {
    ++status.limbo_entries;
    return true;
  });
}

Result<bool> ObjectDisk::tree_is_empty() {
  bool empty = true;
  const Status status = filesystem_.list(layout::tree, [&](std::string_view, Kind) { return empty = false; });
  if (!status.ok()) return status.error();
  return empty;
}

Result<ObjectState> ObjectDisk::look_at(const ClusterId& cluster, const ObjectId& id) {
  ObjectState state;
  state.id = id;
  for (const StagedContent& staged : staging_.of(id)) {
    if (state.staged.empty() || state.staged.back() != staged.key.stamp)
      state.staged.push_back(staged.key.stamp);
  }
  if (const auto directory = index_.find(id)) {
    state.settled = directory->parent != layout::limbo_directory && !directory->attribute_due;
    state.revision = state.settled ? directory->revision : 0;
    return state;
  }
  const auto held = shelf_.load(id, cluster);
  if (!held.ok()) return held.error();
  if (!held->has_value()) return state;
  state.settled = true;
  state.damaged = !(*held)->intact();
  state.revision = (*held)->settled() ? (*held)->revision() : 0;
  if (!(*held)->content) return state;
  state.stamp = (*held)->content->stamp;
  state.size_bytes = (*held)->content->size_bytes;
  state.digest = (*held)->content->digest;
  return state;
}

Result<std::vector<ObjectState>> ObjectDisk::look(const ClusterId& cluster, std::span<const ObjectId> ids,
                                                  std::uint64_t claim) {
  if (ids.size() > limits::look_ids_max) return Error{Code::invalid, "too many ids in one call"};
  std::vector<ObjectState> states;
  states.reserve(ids.size());
  for (const ObjectId& id : ids) {
    std::optional<KeyedLocks::Guard> held_lock;
    if (claim != 0) {
      auto guard = locks_.lock(id);
      if (!guard.ok()) return guard.error();
      held_lock.emplace(std::move(*guard));
      staging_.claim(id, claim);
    }
    auto state = look_at(cluster, id);
    if (!state.ok()) return state.error();
    states.push_back(std::move(*state));
  }
  return states;
}

Result<InventoryPage> ObjectDisk::inventory(const std::optional<ObjectId>& after, std::size_t limit) {
  limit = std::clamp<std::size_t>(limit, 1, limits::inventory_entries_max);
  const auto ids = shelf_.ids_behind(after, limit);
  if (!ids.ok()) return ids.error();
  InventoryPage page;
  page.entries = index_.behind(after, limit);
  const bool more_directories = page.entries.size() == limit;
  const bool more_files = ids->size() == limit;
  for (const ObjectId& id : *ids) page.entries.push_back({id, Kind::file, 0});
  std::sort(page.entries.begin(), page.entries.end(),
            [](const InventoryEntry& one, const InventoryEntry& other) { return one.id < other.id; });
  if (page.entries.size() > limit) page.entries.resize(limit);
  const bool more = more_directories || more_files || ids->size() + page.entries.size() > limit;
  if (more && page.entries.size() == limit) page.next = page.entries.back().id;
  std::vector<InventoryEntry> present;
  for (InventoryEntry& entry : page.entries) {
    if (entry.kind == Kind::file) {
      const auto revision = shelf_.settled_revision(entry.id);
      if (!revision.ok()) return revision.error();
      if (!revision->has_value()) continue;  // removed since it was listed
      entry.revision = **revision;
    }
    present.push_back(entry);
  }
  page.entries = std::move(present);
  return page;
}

std::vector<StagedState> ObjectDisk::staged(std::size_t limit) {
  std::vector<StagedState> states;
  for (const StagedContent& content : staging_.list(std::min(limit, limits::inventory_entries_max)))
    states.push_back({content.key.id, content.key.stamp, content.session, content.size_bytes});
  return states;
}

// What they became part of may be in its place since a settle that ended before it synced: then these are the
// only bytes that a power cut leaves.
Status ObjectDisk::drop_staged(std::span<const StagedState> which) {
  for (const StagedState& state : which) {
    const auto guard = locks_.lock(state.id);
    if (!guard.ok()) return guard.error();
    for (const StagedContent& content : staging_.of(state.id)) {
      if (content.key.stamp != state.stamp || content.session != state.session) continue;
      if (Status status = shelf_.sync_entries(); !status.ok()) return status;
      if (Status status = settler_.drop_unneeded(content); !status.ok()) return status;
    }
  }
  return success();
}

Status ObjectDisk::reserve_stamp(const ClusterId& cluster, const StageRequest& request,
                                 const layout::StagedKey& key) {
  const auto guard = locks_.lock(request.id);
  if (!guard.ok()) return guard.error();
  const std::string path = layout::staged_path(key);
  if (key.claim != 0) {
    if (options_.rules.claims_stand && !staging_.claim_stands(request.id, key.claim))
      return Error{Code::stale, "this claim does not stand", path}.hint("look again, then read the record");
  } else {
    const auto held = shelf_.load(request.id, cluster);
    if (!held.ok()) return held.error();
    if (held->has_value() && (*held)->intact_at(request.stamp))
      return Error{Code::exists, "the object is settled at this stamp already", path};
  }
  return staging_.begin(key);
}

Result<std::optional<BaseContent>> ObjectDisk::find_base(const ClusterId& cluster,
                                                         const StageRequest& request) {
  if (!request.base) return std::optional<BaseContent>();
  auto found = reader_.find(cluster, request.id, request.base->stamp);
  if (!found.ok()) return found.error();
  if (found->answer == Answer::damaged)
    return Error{Code::corrupt, "the content to start from is damaged", layout::object_path(request.id)};
  if (found->answer != Answer::ok)
    return Error{Code::stale, "this node does not hold the content to start from",
                 layout::object_path(request.id)};
  BaseContent base;
  base.file = found->content->file;
  base.size_bytes = found->content->size_bytes;
  base.offset = request.base->offset;
  base.checksums = *found->content->checksums;
  base.path = found->content->path;
  return std::optional<BaseContent>(std::move(base));
}

Result<std::unique_ptr<StageSink>> ObjectDisk::stage(const ClusterId& cluster, const StageRequest& request) {
  auto base = find_base(cluster, request);
  if (!base.ok()) return base.error();
  const layout::StagedKey key{request.id, request.stamp, request.claim};
  if (const Status status = reserve_stamp(cluster, request, key); !status.ok()) return status.error();
  auto writer = std::make_unique<StageWriter>(
      StageWriter::Room{filesystem_, locks_, staging_, side_files_, options_.node, options_.reserve_bytes,
                        options_.rules.claims_stand},
      cluster, request, key);
  if (const Status status = writer->start(std::move(*base)); !status.ok()) return status.error();
  ++writes_;
  return std::unique_ptr<StageSink>(std::move(writer));
}

Result<std::unique_ptr<ContentSource>> ObjectDisk::fetch(const ClusterId& cluster,
                                                         const FetchRequest& request) {
  auto source = reader_.fetch(cluster, request);
  if (source.ok() && (*source)->head().answer == Answer::ok) ++reads_;
  return source;
}

}  // namespace tandem::storaged
