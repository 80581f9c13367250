#include "storaged/service/plain_node.hpp"

#include <algorithm>
#include <utility>

#include "protocol/contract/limits.hpp"
#include "protocol/contract/paths.hpp"
#include "storaged/disk/objects/layout.hpp"

namespace tandem::storaged {
namespace {

constexpr Duration turn_limit = std::chrono::seconds(30);

// The disk speaks of files in the data folder; its caller of the path it asked for.
Status shown_at(Status status, const std::string& path) {
  if (status) return status;
  return std::move(status).error().at(path);
}

}  // namespace

class PlainNode::Turn {
 public:
  Turn(PlainNode& node, DataFolder::PlainChange change) : node_(&node), change_(std::move(change)) {}
  Turn(Turn&& other) noexcept
      : node_(std::exchange(other.node_, nullptr)), change_(std::move(other.change_)) {}
  Turn& operator=(Turn&&) = delete;
  ~Turn() {
    if (node_ == nullptr) return;
    const std::lock_guard lock(node_->mutex_);
    node_->turn_taken_ = false;
    node_->turn_ended_->notify_all();
  }

 private:
  PlainNode* node_;
  DataFolder::PlainChange change_;
};

PlainNode::PlainNode(Filesystem& filesystem, DataFolder& folder, Runtime& runtime, PlainNodeOptions options)
    : filesystem_(filesystem),
      folder_(folder),
      runtime_(runtime),
      options_(std::move(options)),
      turn_ended_(runtime.make_signal()) {}

Result<std::unique_ptr<PlainNode>> PlainNode::open(Filesystem& filesystem, DataFolder& folder,
                                                   Runtime& runtime, PlainNodeOptions options) {
  std::unique_ptr<PlainNode> node(new PlainNode(filesystem, folder, runtime, std::move(options)));
  auto removed = node->remove_leftovers();
  if (!removed) return removed.error();
  if (!folder.identity().cluster.is_null()) return node;
  auto counted = node->count_tree();
  if (!counted) return counted.error();
  return node;
}

Status PlainNode::remove_leftovers() {
  std::vector<std::string> leftovers;
  auto listed = filesystem_.list(layout::staging, [&](std::string_view name, Kind) {
    if (name.starts_with(temporary_prefix)) leftovers.push_back(layout::join(layout::staging, name));
    return true;
  });
  if (!listed) return listed;
  for (const auto& path : leftovers) {
    auto removed = filesystem_.unlink(path);
    if (!removed && removed.code() != Code::not_found) return removed;
  }
  return success();
}

Status PlainNode::count_tree() {
  std::vector<std::string> waiting{std::string(layout::tree)};
  while (!waiting.empty()) {
    const std::string directory = std::move(waiting.back());
    waiting.pop_back();
    std::vector<std::string> files;
    auto listed = filesystem_.list(directory, [&](std::string_view name, Kind kind) {
      auto& found = kind == Kind::directory ? waiting : files;
      found.push_back(layout::join(directory, name));
      return true;
    });
    if (!listed && listed.code() == Code::invalid) continue;  // deeper than any path may be: a foreign tree
    if (!listed) return listed;
    if (directory != layout::tree) counts_.directories += 1;
    for (const auto& file : files) {
      auto status = filesystem_.status(file);
      if (!status) continue;
      counts_.files += 1;
      counts_.data_bytes += status->size_bytes;
    }
  }
  return success();
}

Result<PlainNode::Place> PlainNode::locate(std::string_view path) {
  auto components = split_path(path);
  if (!components) return components.error();
  Place place;
  place.is_root = components->empty();
  place.shown = join_path(*components);
  place.path = layout::tree;
  for (const auto& component : *components) {
    place.parent = place.path;
    place.path = layout::join(place.parent, component);
  }
  return place;
}

Result<PlainNode::Turn> PlainNode::take_turn() {
  auto change = folder_.begin_plain_change();
  if (!change) return change.error();
  const Instant deadline = runtime_.now() + turn_limit;
  std::unique_lock lock(mutex_);
  while (turn_taken_) {
    if (!turn_ended_->wait_until(lock, deadline) && turn_taken_)
      return Error{Code::unavailable, "earlier changes take too long"};
  }
  turn_taken_ = true;
  return Turn(*this, std::move(*change));
}

void PlainNode::count(std::int64_t directories, std::int64_t files, std::int64_t data_bytes) {
  const std::lock_guard lock(mutex_);
  counts_.directories += static_cast<std::uint64_t>(directories);
  counts_.files += static_cast<std::uint64_t>(files);
  counts_.data_bytes += static_cast<std::uint64_t>(data_bytes);
}

Result<std::uint64_t> PlainNode::free_bytes() {
  auto space = filesystem_.space();
  if (!space) return space.error();
  return space->free_bytes > options_.reserve_bytes ? space->free_bytes - options_.reserve_bytes : 0;
}

Status PlainNode::check_room(std::uint64_t more_bytes) {
  auto free = free_bytes();
  if (!free) return free.error();
  if (more_bytes == 0 || more_bytes <= *free) return success();
  return Error{Code::no_space,
               "the disk is full up to the reserve of " + std::to_string(options_.reserve_bytes) + " bytes",
               "", "", "free some space on the node, or start it with a smaller --reserve"};
}

Status PlainNode::made_but(Status synced, const std::string& path) {
  if (synced) return synced;
  return Error{Code::outcome_unknown,
               "the change was made, but may not survive a power cut: " + synced.error().cause, path, "",
               synced.error().mend};
}

std::int64_t PlainNode::difference(std::uint64_t after, std::uint64_t before) {
  return static_cast<std::int64_t>(after - before);
}

Result<std::optional<FileStatus>> PlainNode::look(const Place& place) {
  auto status = filesystem_.status(place.path);
  if (status) return std::optional(*status);
  if (status.code() == Code::not_found) return std::optional<FileStatus>();
  return std::move(status).error().at(place.shown);
}

Status PlainNode::make_directory(std::string_view path) {
  auto place = locate(path);
  if (!place) return place.error();
  auto turn = take_turn();
  if (!turn) return std::move(turn).error().at(place->shown);
  if (place->is_root) return Error{Code::exists, "the root is always there", place->shown};
  auto made = filesystem_.make_directory(place->path);
  if (!made) return shown_at(std::move(made), place->shown);
  auto synced = filesystem_.sync_directory(place->parent);
  if (!synced && filesystem_.remove_directory(place->path)) return shown_at(std::move(synced), place->shown);
  count(1, 0, 0);
  return made_but(std::move(synced), place->shown);
}

Status PlainNode::create(std::string_view path) {
  auto place = locate(path);
  if (!place) return place.error();
  auto turn = take_turn();
  if (!turn) return std::move(turn).error().at(place->shown);
  if (place->is_root) return Error{Code::exists, "the root is always there", place->shown};
  auto file = filesystem_.open(place->path, OpenMode::create_new);
  if (!file) return std::move(file).error().at(place->shown);
  auto synced = (*file)->sync();
  file->reset();
  if (synced) synced = filesystem_.sync_directory(place->parent);
  if (!synced && filesystem_.unlink(place->path)) return shown_at(std::move(synced), place->shown);
  count(0, 1, 0);
  return made_but(std::move(synced), place->shown);
}

Status PlainNode::move(std::string_view from, std::string_view to) {
  auto source = locate(from);
  if (!source) return source.error();
  auto target = locate(to);
  if (!target) return target.error();
  auto turn = take_turn();
  if (!turn) return std::move(turn).error().at(source->shown);
  if (source->is_root || target->is_root) return Error{Code::invalid, "the root cannot be moved", "/"};
  auto moved = look(*source);
  if (!moved) return moved.error();
  auto replaced = look(*target);
  if (!replaced) return replaced.error();
  auto renamed = filesystem_.rename(source->path, target->path);
  if (!renamed) return shown_at(std::move(renamed), *moved ? target->shown : source->shown);
  const bool same = *moved && *replaced && (*moved)->inode == (*replaced)->inode;
  if (*replaced && !same) {
    const bool directory = (*replaced)->kind == Kind::directory;
    count(directory ? -1 : 0, directory ? 0 : -1, directory ? 0 : difference(0, (*replaced)->size_bytes));
  }
  auto synced = filesystem_.sync_directory(target->parent);
  if (synced && source->parent != target->parent) synced = filesystem_.sync_directory(source->parent);
  return made_but(std::move(synced), target->shown);
}

Status PlainNode::remove(std::string_view path) {
  auto place = locate(path);
  if (!place) return place.error();
  auto turn = take_turn();
  if (!turn) return std::move(turn).error().at(place->shown);
  if (place->is_root) return Error{Code::invalid, "the root cannot be removed", place->shown};
  auto present = look(*place);
  if (!present) return present.error();
  if (!*present) return Error{Code::not_found, "No such file or directory", place->shown};
  const bool directory = (*present)->kind == Kind::directory;
  auto removed = directory ? filesystem_.remove_directory(place->path) : filesystem_.unlink(place->path);
  if (!removed) return shown_at(std::move(removed), place->shown);
  count(directory ? -1 : 0, directory ? 0 : -1, directory ? 0 : difference(0, (*present)->size_bytes));
  return made_but(filesystem_.sync_directory(place->parent), place->shown);
}

Result<std::string> PlainNode::read(std::string_view path, std::uint64_t offset,
                                    std::optional<std::uint64_t> length) {
  auto place = locate(path);
  if (!place) return place.error();
  auto file = filesystem_.open(place->path, OpenMode::read);
  if (!file) return std::move(file).error().at(place->shown);
  auto status = (*file)->status();
  if (!status) return std::move(status).error().at(place->shown);
  const std::uint64_t behind = status->size_bytes > offset ? status->size_bytes - offset : 0;
  const std::uint64_t wanted = std::min(length.value_or(behind), behind);
  if (wanted > limits::base64_bytes_max)
    return Error{Code::invalid,
                 "more than " + std::to_string(limits::base64_bytes_max) + " bytes in one call", place->shown,
                 "", "read it in pieces, with an offset and a length"};
  std::string bytes(wanted, '\0');
  if (bytes.empty()) return bytes;
  auto count = (*file)->read_at(std::as_writable_bytes(std::span(bytes)), offset);
  if (!count) return std::move(count).error().at(place->shown);
  bytes.resize(*count);
  return bytes;
}

Result<std::uint64_t> PlainNode::write(std::string_view path, std::string_view bytes,
                                       std::optional<std::uint64_t> offset) {
  auto place = locate(path);
  if (!place) return place.error();
  const auto refuse = [&](Code code, std::string cause) {
    return Error{code, std::move(cause), place->shown};
  };
  if (bytes.size() > limits::base64_bytes_max) return refuse(Code::invalid, "too many bytes in one call");
  if (offset.value_or(0) > limits::file_bytes_max - bytes.size())
    return refuse(Code::invalid, "a file cannot be that long");
  auto turn = take_turn();
  if (!turn) return std::move(turn).error().at(place->shown);
  auto present = look(*place);
  if (!present) return present.error();
  if (*present && (*present)->kind == Kind::directory) return refuse(Code::is_directory, "Is a directory");
  auto base = base_of(*place, *present, offset);
  if (!base) return std::move(base).error().at(place->shown);
  if (*base && bytes.empty()) return std::uint64_t{0};
  auto room = check_room(bytes.size() + (*base ? (*base)->size_bytes : 0));
  if (!room) return std::move(room).error().at(place->shown);
  auto written = replace(*place, {bytes, offset.value_or(0), *present, std::move(*base)});
  if (!written) return std::move(written).error().at(place->shown);
  return std::uint64_t{bytes.size()};
}

Result<PlainStatus> PlainNode::plain_status() {
  PlainStatus status;
  if (folder_.identity().cluster.is_null() || !options_.cluster_status) {
    auto free = free_bytes();
    if (!free) return free.error();
    const std::lock_guard lock(mutex_);
    status = counts_;
    status.free_bytes = *free;
    return status;
  }
  auto cluster = options_.cluster_status();
  if (!cluster) return cluster.error();
  status.directories = cluster->directories;
  status.files = cluster->files;
  status.data_bytes = cluster->data_bytes;
  status.free_bytes = cluster->free_bytes;
  return status;
}

}  // namespace tandem::storaged
