// The disk seam (D10): the few operations a node needs of a file system, all on paths relative to one root
// directory, none of which ever leaves it or follows a symbolic link. PosixFilesystem is the real one;
// tests/support holds one in memory that loses what was not synced.
//
// All calls may be made at the same time. Errors carry the path; codes: not_found, exists, not_empty,
// is_directory, not_directory, no_space (disk, quota, limit of a file), corrupt (EIO), unavailable (too many
// open files, read-only), invalid (name too long), unsupported (no user attributes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/result.hpp"

namespace tandem::storaged {

struct FileStatus {
  Kind kind = Kind::file;
  std::uint64_t inode = 0;
  std::uint64_t links = 0;
  std::uint64_t size_bytes = 0;
  Attributes attributes{};
  // Another value after any change of it, its attributes or its links; by the disk's clock, so that two
  // changes within a moment may look like one.
  std::int64_t changed_ns = 0;

  // Nothing has happened to the file in between.
  bool same_as(const FileStatus& earlier) const {
    return inode == earlier.inode && size_bytes == earlier.size_bytes && changed_ns == earlier.changed_ns;
  }
};

// An open regular file, closed by the destructor. Not synced by closing.
class File {
 public:
  virtual ~File() = default;
  virtual Result<std::size_t> read_at(std::span<std::byte> out,
                                      std::uint64_t offset) = 0;  // short only at the end
  virtual Status write_at(std::span<const std::byte> bytes, std::uint64_t offset) = 0;  // all of them
  virtual Status truncate(std::uint64_t size_bytes) = 0;
  virtual Result<FileStatus> status() = 0;
  virtual Result<std::optional<std::string>> attribute(std::string_view name) = 0;  // of user.*
  virtual Status set_attribute(std::string_view name, std::string_view value) = 0;
  virtual Status remove_attribute(std::string_view name) = 0;
  virtual Status set_attributes(const Attributes& attributes) = 0;  // permission bits and modification time
  // Makes this file's first `length` bytes those of `base`: a reflink where the disk can, else a copy.
  virtual Status clone_from(File& base, std::uint64_t length) = 0;
  virtual Status sync() = 0;  // content and attributes
  // Ahead of a sync, whose place it does not take, sets bytes that were written on their way to the disk. An
  // error means what an error of sync() means. Disks that know no such thing do nothing.
  virtual Status start_writing_out(std::uint64_t offset, std::uint64_t length) = 0;
  // Gives back the memory that keeps those of the bytes that are on the disk. Waits for nothing, promises
  // nothing, changes nothing that is read.
  virtual void give_back(std::uint64_t offset, std::uint64_t length) = 0;
  // The operating system's number for it, where it has one; valid as long as the file is open.
  virtual std::optional<int> descriptor() const { return std::nullopt; }
};

enum class OpenMode : std::uint8_t { read, read_write, create_new };

class Filesystem {
 public:
  virtual ~Filesystem() = default;
  virtual Result<std::unique_ptr<File>> open(std::string_view path, OpenMode mode) = 0;
  virtual Result<FileStatus> status(std::string_view path) = 0;  // of the entry itself
  // The same at less cost, for same_as() only: where somebody put a symbolic link in the way it may be of a
  // file outside the root.
  virtual Result<FileStatus> glance(std::string_view path) = 0;
  virtual Status link(std::string_view from, std::string_view to) = 0;
  virtual Status rename(std::string_view from, std::string_view to) = 0;  // replaces
  virtual Status unlink(std::string_view path) = 0;
  virtual Status make_directory(std::string_view path) = 0;
  virtual Status remove_directory(std::string_view path) = 0;
  // Calls back for every entry in no order; returns false to stop.
  virtual Status list(std::string_view directory,
                      const std::function<bool(std::string_view name, Kind kind)>& each) = 0;
  // Attributes of files and directories, by path.
  virtual Result<std::optional<std::string>> attribute(std::string_view path, std::string_view name) = 0;
  virtual Status set_attribute(std::string_view path, std::string_view name, std::string_view value) = 0;
  virtual Status sync_directory(std::string_view path) = 0;  // its entries and attributes
  virtual Status sync_everything() = 0;                      // whatever was changed so far
  struct Space {
    std::uint64_t total_bytes = 0;
    std::uint64_t free_bytes = 0;
  };
  virtual Result<Space> space() = 0;
};

}  // namespace tandem::storaged
