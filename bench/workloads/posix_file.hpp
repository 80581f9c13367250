// System calls on files and folders as Status, for the subjects that are ordinary file systems.
#pragma once

#include <fcntl.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/contract/result.hpp"

namespace tandem::bench {

Error last_error(const std::string& path);  // errno, as a Code

// An open file; closed by close(), which reports, or by the destructor, which does not.
class PosixFile {
 public:
  static Result<PosixFile> open(const std::string& path, int flags, mode_t mode = 0644);
  PosixFile(PosixFile&& other) noexcept;
  PosixFile& operator=(PosixFile&&) = delete;
  ~PosixFile();

  Status write(std::string_view bytes);
  Result<std::size_t> read_at(std::uint64_t offset, char* out, std::size_t size);  // less only at the end
  Status set_attribute(const char* name, std::string_view value);
  Status sync();
  Status close();
  int descriptor() const { return descriptor_; }

 private:
  PosixFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  int descriptor_;
  std::string path_;
};

Status make_folder(const std::string& path);  // or it is there
Status sync_folder(const std::string& path);
Status rename_path(const std::string& from, const std::string& to);
Status remove_file(const std::string& path);
Status stat_path(const std::string& path);
Result<std::size_t> list_with_attributes(const std::string& path);
// Reads the whole file and holds its size against `size`.
Status read_whole(const std::string& path, std::uint64_t size);
Status read_part(const std::string& path, std::uint64_t offset, std::size_t length);

}  // namespace tandem::bench
