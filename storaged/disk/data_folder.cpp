#include "storaged/disk/data_folder.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace tandem::storaged {
namespace {

constexpr std::array<std::string_view, 5> layout{"objects", "tree", "checksums", "staging", "limbo"};
constexpr Duration wait_limit = std::chrono::seconds(10);

// The first entry of a directory that is not among `expected`, or nothing.
template <class Expected>
Result<std::optional<std::string>> first_unexpected(Filesystem& filesystem, std::string_view directory,
                                                    const Expected& expected) {
  std::optional<std::string> found;
  auto listed = filesystem.list(directory, [&](std::string_view name, Kind) {
    if (!expected(name)) found = name;
    return !found.has_value();
  });
  if (!listed) return listed.error();
  return found;
}

// A folder without node.toml may only hold what the making of a new one leaves when it is cut short.
Status check_nothing_else_is_here(Filesystem& filesystem) {
  const auto refuse = [](const std::string& what) {
    return Error{Code::exists, "there is no node.toml in the data folder, yet it holds '" + what + "'", what,
                 "", "give --root an empty folder; if this was a node's, put its node.toml back"};
  };
  const auto expected = [](std::string_view name) {
    if (name == new_node_file_name || name == "lost+found") return true;
    return std::find(layout.begin(), layout.end(), name) != layout.end();
  };
  auto foreign = first_unexpected(filesystem, "", expected);
  if (!foreign) return foreign.error();
  if (*foreign) return refuse(**foreign);
  for (const auto folder : layout) {
    auto content = first_unexpected(filesystem, folder, [](std::string_view) { return false; });
    if (!content && content.code() == Code::not_found) continue;
    if (!content) return content.error();
    if (*content) return refuse(std::string(folder) + "/" + **content);
  }
  return success();
}

Status make_layout(Filesystem& filesystem) {
  for (const auto folder : layout) {
    auto made = filesystem.make_directory(folder);
    if (!made && made.code() != Code::exists) return made;
  }
  return filesystem.sync_directory("");
}

Status check_attributes_work(Filesystem& filesystem) {
  auto set = filesystem.set_attribute("objects", "tandem.format", std::to_string(node_file_format));
  if (set) return set;
  if (set.code() != Code::unsupported) return set;
  return std::move(set).error().hint(
      "put the data folder on ext4, xfs, btrfs or another file system with user extended attributes");
}

}  // namespace

DataFolder::DataFolder(Filesystem& filesystem, Runtime& runtime, std::string version)
    : filesystem_(filesystem),
      runtime_(runtime),
      version_(std::move(version)),
      changed_(runtime.make_signal()),
      pid_(static_cast<std::uint32_t>(::getpid())) {}

Result<std::unique_ptr<DataFolder>> DataFolder::open(Filesystem& filesystem, Runtime& runtime,
                                                     std::string version) {
  std::unique_ptr<DataFolder> folder(new DataFolder(filesystem, runtime, std::move(version)));
  auto started = folder->start_life();
  if (!started) return started.error();
  return folder;
}

Status DataFolder::start_life() {
  auto present = read_node_file(filesystem_);
  if (!present) return present.error();
  if (!*present) {
    auto alone = check_nothing_else_is_here(filesystem_);
    if (!alone) return alone;
  }
  auto made = make_layout(filesystem_);
  if (!made) return made;
  auto attributes = check_attributes_work(filesystem_);
  if (!attributes) return attributes;

  NodeFile file = present->value_or(NodeFile{});
  if (file.uuid.is_null()) file.uuid = random_identifier<NodeId>(runtime_);
  previous_run_ = file.run;
  previous_clean_ = file.run != 0 && file.clean;
  do {
    file.run = random_number(runtime_);
  } while (file.run == 0 || file.run == previous_run_);
  file.clean = false;
  auto written = write_node_file(filesystem_, file);
  if (written) file_ = file;
  return written;
}

NodeIdentity DataFolder::identity() {
  NodeIdentity identity;
  {
    const std::lock_guard lock(mutex_);
    identity.node = file_.uuid;
    identity.cluster = file_.cluster;
    identity.epoch = file_.epoch;
    identity.run = file_.run;
  }
  identity.previous_run = previous_run_;
  identity.previous_clean = previous_clean_;
  identity.version = version_;
  identity.pid = pid_;
  return identity;
}

bool DataFolder::wait(std::unique_lock<std::mutex>& lock, const std::function<bool()>& condition) {
  const Instant deadline = runtime_.now() + wait_limit;
  while (!condition())
    if (!changed_->wait_until(lock, deadline)) return condition();
  return true;
}

Status DataFolder::change(const std::function<Status(NodeFile&)>& edit) {
  std::unique_lock lock(mutex_);
  if (!wait(lock, [this] { return !changing_; }))
    return Error{Code::unavailable, "node.toml is being written for too long", std::string(node_file_name)};
  NodeFile wanted = file_;
  auto edited = edit(wanted);
  if (!edited || wanted == file_) return edited;
  changing_ = true;
  lock.unlock();
  auto written = write_node_file(filesystem_, wanted);
  lock.lock();
  if (written) file_ = wanted;
  changing_ = false;
  changed_->notify_all();
  return written;
}

Status DataFolder::join(const ClusterId& cluster, Epoch epoch) {
  assert(!cluster.is_null());
  {
    std::unique_lock lock(mutex_);
    if (!wait(lock, [this] { return !joining_; }))
      return Error{Code::unavailable, "another join is under way"};
    joining_ = true;  // from here no plain change begins
    if (!wait(lock, [this] { return plain_changes_ == 0; })) {
      joining_ = false;
      return Error{Code::unavailable, "a plain change takes too long"};
    }
  }
  Status tree = identity().cluster.is_null() ? check_tree_is_empty() : success();
  if (tree) {
    tree = change([&](NodeFile& file) -> Status {
      if (!file.cluster.is_null() && file.cluster != cluster)
        return Error{Code::exists, "this node belongs to cluster " + to_string(file.cluster), "", "",
                     "give the new cluster a node with an empty folder"};
      if (epoch < file.epoch) return Error{Code::stale, "this node has seen a later epoch of its cluster"};
      file.cluster = cluster;
      file.epoch = epoch;
      return success();
    });
  }
  const std::lock_guard lock(mutex_);
  joining_ = false;
  changed_->notify_all();
  return tree;
}

Status DataFolder::check_tree_is_empty() {
  auto content = first_unexpected(filesystem_, "tree", [](std::string_view) { return false; });
  if (!content) return content.error();
  if (!*content) return success();
  return Error{Code::exists, "users' files stand in this node's tree", "/" + **content, "",
               "move them out of its tree/ folder first, then put them into the cluster"};
}

Status DataFolder::adopt_epoch(Epoch epoch) {
  return change([&](NodeFile& file) -> Status {
    if (epoch < file.epoch) return Error{Code::stale, "this node has seen a later epoch of its cluster"};
    file.epoch = epoch;
    return success();
  });
}

// Not before all of it is on the disk: a call that failed, or was not asked to be durable, leaves changes
// that a power cut after this would still undo, and after a clean stop nobody would look.
Status DataFolder::mark_clean() {
  if (Status synced = filesystem_.sync_everything(); !synced) return synced;
  return change([](NodeFile& file) {
    file.clean = true;
    return success();
  });
}

Result<DataFolder::PlainChange> DataFolder::begin_plain_change() {
  std::unique_lock lock(mutex_);
  if (!wait(lock, [this] { return !joining_; }))
    return Error{Code::unavailable, "this node is joining a cluster"};
  if (!file_.cluster.is_null())
    return Error{Code::denied, "this node belongs to cluster " + to_string(file_.cluster), "", "",
                 "go through a gateway: use the tandem program, or a tandem serve"};
  plain_changes_ += 1;
  return PlainChange(*this);
}

DataFolder::PlainChange::~PlainChange() {
  if (folder_ == nullptr) return;
  const std::lock_guard lock(folder_->mutex_);
  folder_->plain_changes_ -= 1;
  folder_->changed_->notify_all();
}

}  // namespace tandem::storaged
