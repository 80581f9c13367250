// The real file system below one root directory. Every path is resolved by the kernel from a descriptor of
// the root, beneath it and without following any symbolic link (openat2, Linux 5.6), so nothing another
// process plants below the root can lead a call outside.
//
// Paths are relative, without ".." and NUL; "" and "." name the root itself. What is neither a directory nor
// a symbolic link counts as a file; opening one that is no regular file is `invalid`.
// Attribute names stand behind "user.". Permission bits are kept with the owner's read and write bits set,
// so that a node not run by root can go on serving the file; set-id and sticky bits are dropped.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "storaged/disk/descriptor.hpp"
#include "storaged/disk/filesystem.hpp"

namespace tandem::storaged {

class PosixFilesystem final : public Filesystem {
 public:
  // `unsupported`: the kernel is too old. Otherwise what opening the directory answers.
  static Result<std::unique_ptr<PosixFilesystem>> open_root(const std::string& root);

  Result<std::unique_ptr<File>> open(std::string_view path, OpenMode mode) override;
  Result<FileStatus> status(std::string_view path) override;
  Result<FileStatus> glance(std::string_view path) override;
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
  // The directory an entry stands in, and the entry's name there.
  struct Place {
    Descriptor directory;
    std::string name;
  };

  explicit PosixFilesystem(Descriptor root) : root_(std::move(root)) {}
  Result<Descriptor> open_beneath(std::string_view path, int flags, std::string_view doing) const;
  Result<Place> place_of(std::string_view path, std::string_view doing) const;

  Descriptor root_;
};

}  // namespace tandem::storaged
