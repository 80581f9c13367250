// A data folder in use: its identity, this life of it, and who may change the tree. The caller has locked it
// (FolderLock). All calls may be made at the same time.
//
// Opening makes what is missing of the layout and a new run, durable before it returns, so that no two lives
// ever answer under one run.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "protocol/contract/runtime.hpp"
#include "storaged/disk/filesystem.hpp"
#include "storaged/disk/node_file.hpp"
#include "storaged/disk/node_life.hpp"

namespace tandem::storaged {

class DataFolder final : public NodeLife {
 public:
  // Fails, with the mend, when the folder is no data folder yet holds something else, is of a newer format,
  // has lost or damaged its node.toml, or stands on a file system without user attributes.
  static Result<std::unique_ptr<DataFolder>> open(Filesystem& filesystem, Runtime& runtime,
                                                  std::string version);

  NodeIdentity identity() override;
  // Waits for plain changes under way. `exists`: it belongs to another cluster, or the tree is not empty.
  Status join(const ClusterId& cluster, Epoch epoch) override;
  Status adopt_epoch(Epoch epoch) override;

  // This life ends in order, and all it has changed is on the disk. Nothing may be changed behind it.
  Status mark_clean();

  // While one of these is held the node belongs to no cluster.
  class PlainChange {
   public:
    explicit PlainChange(DataFolder& folder) : folder_(&folder) {}
    ~PlainChange();
    PlainChange(PlainChange&& other) noexcept : folder_(std::exchange(other.folder_, nullptr)) {}
    PlainChange& operator=(PlainChange&&) = delete;

   private:
    DataFolder* folder_;
  };
  // `denied`: the node belongs to a cluster.
  Result<PlainChange> begin_plain_change();

 private:
  DataFolder(Filesystem& filesystem, Runtime& runtime, std::string version);
  Status start_life();
  // Edits node.toml, one caller at a time.
  Status change(const std::function<Status(NodeFile&)>& edit);
  Status check_tree_is_empty();
  bool wait(std::unique_lock<std::mutex>& lock, const std::function<bool()>& condition);

  Filesystem& filesystem_;
  Runtime& runtime_;
  std::string version_;
  std::unique_ptr<Signal> changed_;
  std::mutex mutex_;
  NodeFile file_;
  const std::uint32_t pid_;
  Run previous_run_ = 0;
  bool previous_clean_ = false;
  bool changing_ = false;
  bool joining_ = false;
  std::uint64_t plain_changes_ = 0;
};

}  // namespace tandem::storaged
