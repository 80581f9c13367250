// An open regular file of the real file system.
#pragma once

#include <sys/stat.h>

#include "storaged/disk/descriptor.hpp"
#include "storaged/disk/filesystem.hpp"

namespace tandem::storaged {

class PosixFile final : public File {
 public:
  // `path` is for messages only.
  PosixFile(Descriptor descriptor, std::string path)
      : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  Result<std::size_t> read_at(std::span<std::byte> out, std::uint64_t offset) override;
  Status write_at(std::span<const std::byte> bytes, std::uint64_t offset) override;
  Status truncate(std::uint64_t size_bytes) override;
  Result<FileStatus> status() override;
  Result<std::optional<std::string>> attribute(std::string_view name) override;
  Status set_attribute(std::string_view name, std::string_view value) override;
  Status remove_attribute(std::string_view name) override;
  Status set_attributes(const Attributes& attributes) override;
  Status clone_from(File& base, std::uint64_t length) override;  // `base` is a PosixFile too
  Status sync() override;
  Status start_writing_out(std::uint64_t offset, std::uint64_t length) override;
  void give_back(std::uint64_t offset, std::uint64_t length) override;
  std::optional<int> descriptor() const override { return descriptor_.number(); }

 private:
  struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };
  Status check_holds(std::uint64_t length);
  Range data_behind(std::uint64_t position, std::uint64_t length) const;
  Status copy_range(PosixFile& base, Range range);
  Status copy_in_kernel(const PosixFile& base, Range& range);
  Status copy_by_hand(PosixFile& base, Range range);

  Descriptor descriptor_;
  std::string path_;
};

FileStatus file_status_of(const struct stat& status);

// On any descriptor but one opened with O_PATH. The name stands behind "user." and may also be given with it.
Result<std::optional<std::string>> read_attribute(int descriptor, std::string_view name,
                                                  std::string_view path);
Status write_attribute(int descriptor, std::string_view name, std::string_view value, std::string_view path);
Status sync_descriptor(int descriptor, std::string_view path);

}  // namespace tandem::storaged
