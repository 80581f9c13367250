#include "storaged/disk/posix_file.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <vector>

#include "storaged/disk/posix_error.hpp"

namespace tandem::storaged {
namespace {

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
constexpr std::size_t copy_piece_bytes = std::size_t{256} * 1024;
constexpr std::size_t usual_attribute_bytes = 4096;
constexpr std::string_view attribute_prefix = "user.";

std::string full_attribute_name(std::string_view name) {
  if (name.starts_with(attribute_prefix)) return std::string(name);
  return std::string(attribute_prefix) + std::string(name);
}

// Seconds are rounded down, also before 1970, so that the nanoseconds are never negative.
timespec timespec_of(std::int64_t nanoseconds) {
  std::int64_t seconds = nanoseconds / nanoseconds_per_second;
  std::int64_t rest = nanoseconds % nanoseconds_per_second;
  if (rest < 0) {
    rest += nanoseconds_per_second;
    seconds -= 1;
  }
  return {static_cast<time_t>(seconds), static_cast<long>(rest)};
}

// Set-id and sticky bits would be dangerous on a node; without the owner's read and write bits a node that is
// not run by root could not serve the file again.
mode_t kept_mode(std::uint32_t mode) {
  return static_cast<mode_t>((mode & 0777U) | 0600U);
}

// Says that a disk or a pair of disks cannot copy in the kernel, and reading and writing is the way.
bool means_copy_by_hand(int number) {
  return number == EXDEV || number == EINVAL || number == EOPNOTSUPP || number == ENOSYS || number == EPERM;
}

}  // namespace

FileStatus file_status_of(const struct stat& status) {
  FileStatus result;
  if (S_ISDIR(status.st_mode)) result.kind = Kind::directory;
  if (S_ISLNK(status.st_mode)) result.kind = Kind::symlink;
  result.inode = status.st_ino;
  result.links = status.st_nlink;
  result.size_bytes = static_cast<std::uint64_t>(status.st_size);
  result.attributes.mode = status.st_mode & 0777U;
  result.attributes.uid = status.st_uid;
  result.attributes.gid = status.st_gid;
  result.attributes.modified_ns =
      static_cast<std::int64_t>(status.st_mtim.tv_sec) * nanoseconds_per_second + status.st_mtim.tv_nsec;
  result.changed_ns =
      static_cast<std::int64_t>(status.st_ctim.tv_sec) * nanoseconds_per_second + status.st_ctim.tv_nsec;
  return result;
}

Result<std::optional<std::string>> read_attribute(int descriptor, std::string_view name,
                                                  std::string_view path) {
  const std::string full_name = full_attribute_name(name);
  std::array<char, usual_attribute_bytes> usual;  // written by the kernel before it is read
  ssize_t size = ::fgetxattr(descriptor, full_name.c_str(), usual.data(), usual.size());
  if (size >= 0) return std::optional(std::string(usual.data(), static_cast<std::size_t>(size)));
  while (errno == ERANGE) {
    size = ::fgetxattr(descriptor, full_name.c_str(), nullptr, 0);
    if (size < 0) break;
    std::string value(static_cast<std::size_t>(size), '\0');
    size = ::fgetxattr(descriptor, full_name.c_str(), value.data(), value.size());
    if (size < 0) continue;  // it may have grown meanwhile
    value.resize(static_cast<std::size_t>(size));
    return std::optional(std::move(value));
  }
  if (errno == ENODATA) return std::optional<std::string>();
  return posix_error(errno, "cannot read the attribute " + full_name, path);
}

Status write_attribute(int descriptor, std::string_view name, std::string_view value, std::string_view path) {
  const std::string full_name = full_attribute_name(name);
  if (::fsetxattr(descriptor, full_name.c_str(), value.data(), value.size(), 0) == 0) return success();
  return posix_error(errno, "cannot set the attribute " + full_name, path);
}

Status sync_descriptor(int descriptor, std::string_view path) {
  if (uninterrupted([&] { return ::fsync(descriptor); }) == 0) return success();
  return posix_error(errno, "cannot sync", path);
}

Result<std::size_t> PosixFile::read_at(std::span<std::byte> out, std::uint64_t offset) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t count = uninterrupted([&] {
      return ::pread(descriptor_.number(), out.data() + done, out.size() - done,
                     static_cast<off_t>(offset + done));
    });
    if (count < 0) return posix_error(errno, "cannot read", path_);
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

Status PosixFile::write_at(std::span<const std::byte> bytes, std::uint64_t offset) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = uninterrupted([&] {
      return ::pwrite(descriptor_.number(), bytes.data() + done, bytes.size() - done,
                      static_cast<off_t>(offset + done));
    });
    if (count <= 0) return posix_error(count == 0 ? EIO : errno, "cannot write", path_);
    done += static_cast<std::size_t>(count);
  }
  return success();
}

Status PosixFile::truncate(std::uint64_t size_bytes) {
  const int outcome =
      uninterrupted([&] { return ::ftruncate(descriptor_.number(), static_cast<off_t>(size_bytes)); });
  if (outcome == 0) return success();
  return posix_error(errno, "cannot change the size", path_);
}

Result<FileStatus> PosixFile::status() {
  struct stat status {};
  if (::fstat(descriptor_.number(), &status) != 0) return posix_error(errno, "cannot look at", path_);
  return file_status_of(status);
}

Result<std::optional<std::string>> PosixFile::attribute(std::string_view name) {
  return read_attribute(descriptor_.number(), name, path_);
}

Status PosixFile::set_attribute(std::string_view name, std::string_view value) {
  return write_attribute(descriptor_.number(), name, value, path_);
}

Status PosixFile::remove_attribute(std::string_view name) {
  const std::string full_name = full_attribute_name(name);
  if (::fremovexattr(descriptor_.number(), full_name.c_str()) == 0 || errno == ENODATA) return success();
  return posix_error(errno, "cannot remove the attribute " + full_name, path_);
}

Status PosixFile::set_attributes(const Attributes& attributes) {
  if (::fchmod(descriptor_.number(), kept_mode(attributes.mode)) != 0)
    return posix_error(errno, "cannot set the permission bits", path_);
  const std::array<timespec, 2> times{timespec{0, UTIME_OMIT}, timespec_of(attributes.modified_ns)};
  if (::futimens(descriptor_.number(), times.data()) != 0)
    return posix_error(errno, "cannot set the modification time", path_);
  return success();
}

Status PosixFile::clone_from(File& base, std::uint64_t length) {
  auto* other = dynamic_cast<PosixFile*>(&base);
  assert(other != nullptr);
  auto long_enough = other->check_holds(length);
  if (!long_enough) return long_enough;
  const auto own_status = status();
  if (!own_status) return own_status.error();

  // A reflink takes the whole base, so only an own content that is not longer may be replaced by it.
  if (own_status->size_bytes <= length &&
      ::ioctl(descriptor_.number(), FICLONE, other->descriptor_.number()) == 0)
    return truncate(length);
  if (own_status->size_bytes > 0) return copy_range(*other, {0, length});
  // What is empty so far takes over the holes, too.
  for (Range data = other->data_behind(0, length); data.begin < length;
       data = other->data_behind(data.end, length)) {
    auto copied = copy_range(*other, data);
    if (!copied) return copied;
  }
  auto sized = truncate(length);
  return sized ? other->check_holds(length) : sized;
}

Status PosixFile::check_holds(std::uint64_t length) {
  const auto found = status();
  if (!found) return found.error();
  if (found->size_bytes >= length) return success();
  return Error{Code::corrupt, "the file to clone is shorter than it should be", path_};
}

// The next piece that is no hole; all of it where holes are not told.
PosixFile::Range PosixFile::data_behind(std::uint64_t position, std::uint64_t length) const {
  const off_t begin = ::lseek(descriptor_.number(), static_cast<off_t>(position), SEEK_DATA);
  if (begin < 0) return {errno == ENXIO ? length : position, length};
  const off_t end = ::lseek(descriptor_.number(), begin, SEEK_HOLE);
  if (end <= begin) return {position, length};
  return {static_cast<std::uint64_t>(begin), std::min(static_cast<std::uint64_t>(end), length)};
}

Status PosixFile::copy_range(PosixFile& base, Range range) {
  auto copied = copy_in_kernel(base, range);
  return copied ? copy_by_hand(base, range) : copied;
}

// Stops early, without an error, where the kernel cannot copy; `range` is what is left to do.
Status PosixFile::copy_in_kernel(const PosixFile& base, Range& range) {
  while (range.begin < range.end) {
    auto from = static_cast<off_t>(range.begin);
    auto to = from;
    const ssize_t count = uninterrupted([&] {
      return ::copy_file_range(base.descriptor_.number(), &from, descriptor_.number(), &to,
                               range.end - range.begin, 0);
    });
    if (count < 0 && !means_copy_by_hand(errno)) return posix_error(errno, "cannot copy", path_);
    if (count <= 0) break;
    range.begin += static_cast<std::uint64_t>(count);
  }
  return success();
}

Status PosixFile::copy_by_hand(PosixFile& base, Range range) {
  if (range.begin == range.end) return success();
  std::vector<std::byte> piece(copy_piece_bytes);
  while (range.begin < range.end) {
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), range.end - range.begin));
    auto count = base.read_at(std::span(piece).first(wanted), range.begin);
    if (!count) return count.error();
    if (*count < wanted)
      return Error{Code::corrupt, "the file to clone became shorter meanwhile", base.path_};
    auto written = write_at(std::span<const std::byte>(piece).first(*count), range.begin);
    if (!written) return written;
    range.begin += *count;
  }
  return success();
}

Status PosixFile::sync() {
  return sync_descriptor(descriptor_.number(), path_);
}

// Without one of the flags that wait it takes no error away from the sync behind it.
Status PosixFile::start_writing_out(std::uint64_t offset, std::uint64_t length) {
  const int outcome = uninterrupted([&] {
    return ::sync_file_range(descriptor_.number(), static_cast<off_t>(offset), static_cast<off_t>(length),
                             SYNC_FILE_RANGE_WRITE);
  });
  if (outcome == 0 || errno == ENOSYS) return success();
  return posix_error(errno, "cannot write out", path_);
}

void PosixFile::give_back(std::uint64_t offset, std::uint64_t length) {
  (void)::posix_fadvise(descriptor_.number(), static_cast<off_t>(offset), static_cast<off_t>(length),
                        POSIX_FADV_DONTNEED);
}

}  // namespace tandem::storaged
