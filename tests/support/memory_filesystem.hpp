// The disk seam in memory, deterministic, with every trouble a disk can make: what was not synced is lost in
// a power cut (memory_disk.hpp says how), the process can die at any operation, any operation can fail, bits
// can turn, the disk can be full, read-only or another one. It answers like PosixFilesystem;
// tests/contract/filesystem holds both to it.
//
// To kill the code under test at its n-th operation, call halt() from the hook: from then on nothing has any
// effect and everything answers `unavailable`. Drop the code under test, then restart() (a process died; the
// disk stands as it was) or power_cut(). Files opened before stay dead.
//
// All calls may be made at the same time. The hook is called without a lock, so it may wait.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "storaged/disk/filesystem.hpp"
#include "tests/support/memory_disk.hpp"

namespace tandem::support {

class MemoryFilesystem : public storaged::Filesystem {
 public:
  struct Operation {
    std::uint64_t number = 0;  // counted from 1 since the start
    std::string_view name{};   // "open", "write_at", "rename", ...
    std::string_view path{};   // of a rename or link: where from
    bool changes = false;      // the disk (a sync does not)
  };
  using Hook = std::function<Status(const Operation&)>;  // an error: the operation fails with it

  void set_hook(Hook hook);
  std::uint64_t operation_count() const;
  void fail_operation(std::uint64_t number, Error error);       // that one only, `number` as in Operation
  void set_capacity(std::optional<std::uint64_t> total_bytes);  // of file contents; nothing: unlimited
  void set_read_only(bool read_only);
  void halt();
  bool halted() const;
  void restart();
  void power_cut(std::uint64_t seed);  // 0: all that was not synced is lost
  // What a backup takes of the disk: all that is seen at this moment.
  using Image = InodePointer;
  Image image() const;
  // As restart(), on another disk: one that a backup was put back on, or (nothing) an empty one.
  void replace_disk(const Image& image);
  // Turns one bit of a file, in its bytes or in one of its extended attributes; `seed` draws which. False
  // when there is no such file or nothing in it.
  bool flip_bit(std::string_view path, std::uint64_t seed);
  std::uint64_t used_bytes() const;
  // What another process may leave in the folder; there at once, and durable.
  void plant_symlink(std::string_view path);

  Result<std::unique_ptr<storaged::File>> open(std::string_view path, storaged::OpenMode mode) override;
  Result<storaged::FileStatus> status(std::string_view path) override;
  Result<storaged::FileStatus> glance(std::string_view path) override;
  Status link(std::string_view from, std::string_view to) override;
  Status rename(std::string_view from, std::string_view to) override;
  Status unlink(std::string_view path) override;
  Status make_directory(std::string_view path) override;
  Status remove_directory(std::string_view path) override;
  Status list(std::string_view directory,
              const std::function<bool(std::string_view name, Kind kind)>& each) override;
  Result<std::optional<std::string>> attribute(std::string_view path, std::string_view name) override;
  Status set_attribute(std::string_view path, std::string_view name, std::string_view value) override;
  Status sync_directory(std::string_view path) override;
  Status sync_everything() override;
  Result<Space> space() override;

 private:
  friend class MemoryFile;

  // Counts the operation, lets the hook and the planted faults speak.
  Status begin(std::string_view name, std::string_view path, bool changes);
  std::uint64_t room_left() const;
  Status check_room(std::uint64_t more_bytes, std::string_view path) const;
  Result<InodePointer> find(std::string_view path) const;
  struct Place {
    InodePointer directory{};
    std::string name{};
    InodePointer present{};  // what stands there; may be nothing
  };
  Result<Place> place_of(std::string_view path) const;
  Status rename_locked(const Place& source, const Place& target, std::string_view from, std::string_view to);
  Status set_extended(const InodePointer& inode, std::string_view path, std::string_view name,
                      std::string_view value);

  mutable std::mutex mutex_;
  MemoryDisk disk_;
  Hook hook_;
  std::map<std::uint64_t, Error> planned_errors_;
  std::optional<std::uint64_t> capacity_;
  std::uint64_t operations_ = 0;
  std::uint64_t life_ = 0;  // files of an earlier one are dead
  bool read_only_ = false;
  bool halted_ = false;
};

}  // namespace tandem::support
