// An open file of a MemoryFilesystem, which must outlive it.
#pragma once

#include <string>
#include <utility>

#include "tests/support/memory_filesystem.hpp"

namespace tandem::support {

class MemoryFile final : public storaged::File {
 public:
  MemoryFile(MemoryFilesystem& filesystem, InodePointer inode, std::string path, bool writable,
             std::uint64_t life)
      : filesystem_(filesystem),
        inode_(std::move(inode)),
        path_(std::move(path)),
        writable_(writable),
        life_(life) {}

  Result<std::size_t> read_at(std::span<std::byte> out, std::uint64_t offset) override;
  Status write_at(std::span<const std::byte> bytes, std::uint64_t offset) override;
  Status truncate(std::uint64_t size_bytes) override;
  Result<storaged::FileStatus> status() override;
  Result<std::optional<std::string>> attribute(std::string_view name) override;
  Status set_attribute(std::string_view name, std::string_view value) override;
  Status remove_attribute(std::string_view name) override;
  Status set_attributes(const Attributes& attributes) override;
  Status clone_from(File& base, std::uint64_t length) override;
  Status sync() override;
  Status start_writing_out(std::uint64_t offset, std::uint64_t length) override;
  void give_back(std::uint64_t offset, std::uint64_t length) override;

 private:
  Status begin(std::string_view name, bool changes);
  Status begin_writing(std::string_view name);

  MemoryFilesystem& filesystem_;
  InodePointer inode_;
  std::string path_;
  bool writable_;
  std::uint64_t life_;
};

storaged::FileStatus file_status_of(const Inode& inode);
std::string full_attribute_name(std::string_view name);

}  // namespace tandem::support
