#include "gateway/store/cluster_store.hpp"

#include <algorithm>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/store/commit_plan.hpp"
#include "gateway/store/content_reader.hpp"
#include "gateway/store/content_writer.hpp"
#include "gateway/store/listing.hpp"
#include "gateway/store/locking.hpp"
#include "gateway/store/new_object_id.hpp"
#include "gateway/store/status_report.hpp"
#include "gateway/store/write_at_once.hpp"
#include "gateway/tokens/inherited_tokens.hpp"
#include "protocol/contract/paths.hpp"

namespace tandem::gateway {
namespace {

constexpr Duration drain_at_close = std::chrono::seconds(5);

// Errors of the parts often know an id only; the user knows a path.
template <class T>
Result<T> naming(std::string_view path, Result<T> result) {
  if (result || !result.error().path.empty()) return result;
  return std::move(result).error().at(std::string(path));
}

}  // namespace

ClusterStore::ClusterStore(std::unique_ptr<Core> core, Lifetime lifetime, bool inherits)
    : core_(std::move(core)), inherits_(inherits && lifetime == Lifetime::one_shot) {
  if (lifetime == Lifetime::lasting && core_->config.heal.automatic)
    watchman_ = std::make_unique<Watchman>(*core_);
}

ClusterStore::~ClusterStore() {
  (void)close().ok();
}

Status ClusterStore::close() {
  if (closed_) return success();
  closed_ = true;
  watchman_.reset();
  const Instant deadline = core_->runtime.now() + drain_at_close;
  const bool drained = core_->settles.drain(deadline);
  // Behind the answer, like what this client owes itself; a client that stays has done so long since.
  if (inherits_ && core_->config.heal.automatic) mend_who_is_in(*core_, deadline);
  core_->tokens.close();
  auto ended = core_->operations.close();
  if (!ended) return ended;
  if (!drained) {
    return Error{Code::unavailable, "not every node could be told of the last changes"}.hint(
        "they are written down; the next client tells them");
  }
  return success();
}

Status ClusterStore::make_directory(std::string_view path, bool with_parents, std::uint32_t mode) {
  if (!with_parents) return make_one_directory(std::string(path), mode);
  const auto components = split_path(path);
  if (!components) return components.error();
  std::string prefix;
  for (const auto& component : *components) {
    prefix += "/" + component;
    auto made = make_one_directory(prefix, mode);
    if (made) continue;
    if (made.code() != Code::exists) return made;
    const auto present = core_->names.resolve(prefix, LastLink::followed);
    if (!present) return present.error();
    if (present->record.kind != Kind::directory)
      return Error{Code::not_directory, "it is not a directory", prefix};
  }
  return success();
}

Status ClusterStore::make_one_directory(const std::string& path, std::uint32_t mode) {
  const ObjectId id = new_object_id(core_->runtime);
  const auto made = commit_plan(*core_, [&]() -> Result<Plan> {
    auto place = core_->names.place(path);
    if (!place) return std::move(place).error();
    if (place->occupant) return Error{Code::exists, "it exists", path};
    ObjectRecord record{.kind = Kind::directory};
    record.attributes.mode = mode;
    record.attributes.modified_ns = core_->runtime.wall_now();
    return core_->names.plan_create(*place, id, std::move(record));
  });
  return made ? success() : Status(naming(path, made).error());
}

Result<Item> ClusterStore::create(std::string_view path) {
  return write_at_once(*core_, path, {}, {.must_create = true});
}

Status ClusterStore::move(std::string_view from, std::string_view to, bool no_replace) {
  const auto moved = commit_plan(*core_, [&] { return core_->names.plan_move(from, to, no_replace); });
  return moved ? success() : Status(naming(from, moved).error());
}

Status ClusterStore::remove(std::string_view path) {
  const auto removed = commit_plan(*core_, [&] { return core_->names.plan_remove(path); });
  return removed ? success() : Status(naming(path, removed).error());
}

Status ClusterStore::link(std::string_view existing, std::string_view added) {
  const auto linked = commit_plan(*core_, [&] { return core_->names.plan_link(existing, added); });
  return linked ? success() : Status(naming(added, linked).error());
}

Status ClusterStore::symlink(std::string_view target, std::string_view path) {
  const ObjectId id = new_object_id(core_->runtime);
  const auto made = commit_plan(*core_, [&]() -> Result<Plan> {
    const auto place = core_->names.place(path);
    if (!place) return place.error();
    const Attributes attributes{.mode = 0777, .modified_ns = core_->runtime.wall_now()};
    return core_->names.plan_symlink(*place, id, target, attributes);
  });
  return made ? success() : Status(naming(path, made).error());
}

Status ClusterStore::set_attributes(std::string_view path, const Attributes& attributes) {
  const auto changed = commit_plan(*core_, [&]() -> Result<Plan> {
    auto present = core_->names.resolve(path);
    if (!present) return std::move(present).error();
    ObjectRecord next = present->record;
    next.attributes = attributes;
    return core_->names.plan_update(*present, next);
  });
  return changed ? success() : Status(naming(path, changed).error());
}

Result<Item> ClusterStore::stat(std::string_view path) {
  return look(path, LastLink::itself);
}

Result<Item> ClusterStore::stat_followed(std::string_view path) {
  return look(path, LastLink::followed);
}

Result<Item> ClusterStore::look(std::string_view path, LastLink last) {
  const auto resolved = core_->resolve(path, last);
  if (!resolved) return naming<Item>(path, resolved.error());
  const auto& [id, revision, record] = **resolved;
  return to_item(std::string(last_component(path)), id, revision, record);
}

Result<ItemPage> ClusterStore::list(std::string_view path, std::string_view after, std::size_t limit) {
  return naming(path, list_directory(*core_, path, after, limit));
}

Result<std::unique_ptr<Reader>> ClusterStore::open_reader(std::string_view path, std::uint64_t offset,
                                                          std::optional<std::uint64_t> length) {
  auto reader = ContentReader::open(*core_, std::string(path), offset, length);
  if (!reader) return naming<std::unique_ptr<Reader>>(path, std::move(reader).error());
  return std::unique_ptr<Reader>(std::move(*reader));
}

Result<std::unique_ptr<Writer>> ClusterStore::open_writer(std::string_view path,
                                                          const WriteOptions& options) {
  auto writer = ContentWriter::open(*core_, std::string(path), options, ContentWriter::TokenTaken::before);
  if (!writer) return std::move(writer).error();
  return std::unique_ptr<Writer>(std::move(*writer));
}

Result<std::string> ClusterStore::read(std::string_view path) {
  return naming(path, read_at_once(*core_, path));
}

Result<Item> ClusterStore::write(std::string_view path, std::string_view bytes, const WriteOptions& options) {
  return write_at_once(*core_, path, bytes, options);
}

Result<Revision> ClusterStore::lock(std::string_view path, const LockOptions& options) {
  return naming(path, lock_path(*core_, path, options));
}

Status ClusterStore::unlock(std::string_view path) {
  return naming(path, unlock_path(*core_, path));
}

Result<std::size_t> ClusterStore::break_lock(std::string_view path) {
  return naming(path, gateway::break_lock(*core_, path));
}

Result<std::vector<LockInfo>> ClusterStore::locks(std::size_t limit) {
  return list_locks(*core_, limit);
}

std::string ClusterStore::held_locks() {
  return encode_inherited(core_->tokens.explicit_tokens());
}

Result<ClusterStatus> ClusterStore::status() {
  return report_status(*core_);
}

Result<std::vector<TreeEntry>> ClusterStore::node_tree(std::string_view node, const std::string& after,
                                                       std::size_t limit) {
  const auto cluster = core_->membership.view();
  if (!cluster) return cluster.error();
  for (const auto& pair : (*cluster)->pairs) {
    for (const auto& member : pair.members) {
      if (member.record.address == node) return member.node().tree(member.guard, after, limit)->collect();
    }
  }
  return Error{Code::not_found, "the cluster has no node " + std::string(node)}.hint("see `tandem status`");
}

Result<PathReport> ClusterStore::why(std::string_view path) {
  return naming(path, report_path(*core_, path));
}

Result<std::vector<LoggedEvent>> ClusterStore::events(std::uint64_t after, std::size_t limit) {
  return core_->events.read(after, limit);
}

Result<std::uint64_t> ClusterStore::newest_event() {
  return core_->events.newest();
}

Result<HealProgress> ClusterStore::heal(const std::function<bool(const HealProgress&)>& progress) {
  core_->settles.drain(core_->runtime.now() + drain_at_close);
  return mend(*core_, progress);
}

Status ClusterStore::replace_node(const ReplaceRequest& request) {
  return core_->replacement.replace(request);
}

bool ClusterStore::drain_settles(Instant deadline) {
  return core_->settles.drain(deadline);
}

}  // namespace tandem::gateway
