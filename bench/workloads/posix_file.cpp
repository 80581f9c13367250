#include "bench/workloads/posix_file.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "bench/workloads/subject.hpp"

namespace tandem::bench {
namespace {

Status checked(int result, const std::string& path) {
  if (result < 0) return last_error(path);
  return success();
}

}  // namespace

Error last_error(const std::string& path) {
  const Code code = errno == ENOENT ? Code::not_found : errno == EEXIST ? Code::exists : Code::unavailable;
  return {code, std::strerror(errno), path};
}

Result<PosixFile> PosixFile::open(const std::string& path, int flags, mode_t mode) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  if (descriptor < 0) return last_error(path);
  return PosixFile(descriptor, path);
}

PosixFile::PosixFile(PosixFile&& other) noexcept
    : descriptor_(other.descriptor_), path_(std::move(other.path_)) {
  other.descriptor_ = -1;
}

PosixFile::~PosixFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status PosixFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0) return last_error(path_);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return success();
}

Result<std::size_t> PosixFile::read_at(std::uint64_t offset, char* out, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const auto got = ::pread(descriptor_, out + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0) return last_error(path_);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Status PosixFile::set_attribute(const char* name, std::string_view value) {
  return checked(::fsetxattr(descriptor_, name, value.data(), value.size(), 0), path_);
}

Status PosixFile::sync() {
  return checked(::fsync(descriptor_), path_);
}

Status PosixFile::close() {
  const int descriptor = descriptor_;
  descriptor_ = -1;
  return checked(::close(descriptor), path_);
}

Status make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return last_error(path);
  return success();
}

Status sync_folder(const std::string& path) {
  auto folder = PosixFile::open(path, O_RDONLY | O_DIRECTORY);
  if (!folder) return std::move(folder).error();
  return folder->sync();
}

Status rename_path(const std::string& from, const std::string& to) {
  return checked(std::rename(from.c_str(), to.c_str()), from);
}

Status remove_file(const std::string& path) {
  return checked(::unlink(path.c_str()), path);
}

Status stat_path(const std::string& path) {
  struct stat attributes {};
  return checked(::stat(path.c_str(), &attributes), path);
}

Result<std::size_t> list_with_attributes(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
  if (!folder) return last_error(path);
  std::size_t count = 0;
  while (const dirent* entry = ::readdir(folder.get())) {
    if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
    struct stat attributes {};
    if (::fstatat(::dirfd(folder.get()), entry->d_name, &attributes, AT_SYMLINK_NOFOLLOW) != 0)
      return last_error(path + "/" + entry->d_name);
    ++count;
  }
  return count;
}

Status read_whole(const std::string& path, std::uint64_t size) {
  auto file = PosixFile::open(path, O_RDONLY);
  if (!file) return std::move(file).error();
  std::vector<char> buffer(std::min<std::uint64_t>(size + 1, piece_bytes));
  std::uint64_t total = 0;
  for (;;) {
    const auto got = file->read_at(total, buffer.data(), buffer.size());
    if (!got) return got.error();
    total += *got;
    if (*got < buffer.size()) break;
  }
  if (total != size) return wrong_size(path, size, total);
  return success();
}

Status read_part(const std::string& path, std::uint64_t offset, std::size_t length) {
  auto file = PosixFile::open(path, O_RDONLY);
  if (!file) return std::move(file).error();
  std::vector<char> buffer(length);
  const auto got = file->read_at(offset, buffer.data(), length);
  if (!got) return got.error();
  if (*got != length) return wrong_size(path, length, *got);
  return success();
}

}  // namespace tandem::bench
