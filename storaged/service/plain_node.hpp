// The seven plain methods on the tree/ of one node that belongs to no cluster. A written file is old or new
// at every instant, also one written at an offset, which therefore costs a copy of the file where the disk
// has no reflinks. A change is durable when it is answered ok, and not there after any error but
// `outcome_unknown` (made, and the disk would not sync it). Once the node belongs to a cluster every change
// is `denied`; reads and status keep working.
//
// All calls may be made at the same time; changes take turns.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/plain_service.hpp"
#include "protocol/contract/runtime.hpp"
#include "storaged/disk/data_folder.hpp"
#include "storaged/disk/filesystem.hpp"

namespace tandem::storaged {

struct PlainNodeOptions {
  std::uint64_t reserve_bytes = std::uint64_t{1} << 30;  // plain writes leave this much free
  // What the node says of itself while it belongs to a cluster.
  std::function<Result<NodeStatus>()> cluster_status{};
};

class PlainNode final : public PlainService {
 public:
  // Counts what is there, once, and removes what an earlier life left half-written. The references must
  // outlive it.
  static Result<std::unique_ptr<PlainNode>> open(Filesystem& filesystem, DataFolder& folder, Runtime& runtime,
                                                 PlainNodeOptions options);

  Status make_directory(std::string_view path) override;
  Status create(std::string_view path) override;
  Status move(std::string_view from, std::string_view to) override;
  Status remove(std::string_view path) override;
  Result<std::string> read(std::string_view path, std::uint64_t offset,
                           std::optional<std::uint64_t> length) override;
  Result<std::uint64_t> write(std::string_view path, std::string_view bytes,
                              std::optional<std::uint64_t> offset) override;
  Result<PlainStatus> plain_status() override;

 private:
  // Where a user's path is in the data folder.
  struct Place {
    std::string path{};    // tree/a/b
    std::string parent{};  // tree/a
    std::string shown{};   // /a/b
    bool is_root = false;
  };
  // One change at a time, and none while the node joins or belongs to a cluster.
  class Turn;

  PlainNode(Filesystem& filesystem, DataFolder& folder, Runtime& runtime, PlainNodeOptions options);
  static constexpr std::string_view temporary_prefix = "plain.";  // of what is being written, in staging/

  static Result<Place> locate(std::string_view path);
  Result<Turn> take_turn();
  Result<std::uint64_t> free_bytes();
  Status check_room(std::uint64_t more_bytes);
  Result<std::optional<FileStatus>> look(const Place& place);
  // An open file whose content stays, except where it is written over.
  struct Base {
    std::unique_ptr<File> file{};
    std::uint64_t size_bytes = 0;
  };
  struct Change {
    std::string_view bytes{};
    std::uint64_t offset = 0;
    std::optional<FileStatus> present{};
    std::optional<Base> base{};
  };
  Result<std::optional<Base>> base_of(const Place& place, const std::optional<FileStatus>& present,
                                      std::optional<std::uint64_t> offset);
  Status replace(const Place& place, const Change& change);
  Status write_temporary(const std::string& path, const Change& change);
  // Behind a change: what the caller may conclude when the disk would not sync it.
  static Status made_but(Status synced, const std::string& path);
  static std::int64_t difference(std::uint64_t after, std::uint64_t before);
  Status count_tree();
  Status remove_leftovers();
  void count(std::int64_t directories, std::int64_t files, std::int64_t data_bytes);

  Filesystem& filesystem_;
  DataFolder& folder_;
  Runtime& runtime_;
  PlainNodeOptions options_;
  std::unique_ptr<Signal> turn_ended_;
  std::mutex mutex_;
  bool turn_taken_ = false;
  PlainStatus counts_{};
};

}  // namespace tandem::storaged
