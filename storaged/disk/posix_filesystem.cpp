#include "storaged/disk/posix_filesystem.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "storaged/disk/posix_error.hpp"
#include "storaged/disk/posix_file.hpp"

namespace tandem::storaged {
namespace {

constexpr mode_t new_file_mode = 0644;
constexpr mode_t new_directory_mode = 0755;
constexpr std::uint64_t resolve_inside = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
constexpr int attempts_max = 64;  // the kernel asks for another one while something is moved about

// Only what the kernel would not refuse by itself: ".." may stay beneath the root and still surprise.
Status check_path(std::string_view path) {
  const auto refuse = [&](std::string cause) {
    return Error{Code::invalid, std::move(cause), std::string(path)};
  };
  if (path.find('\0') != std::string_view::npos) return refuse("the path contains a NUL");
  if (path.starts_with('/')) return refuse("the path is not relative");
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    if (path.substr(start, end - start) == "..") return refuse("the path contains '..'");
    start = end + 1;
  }
  return success();
}

int call_openat2(int directory, const char* path, int flags) {
  struct open_how how {};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  if ((flags & O_CREAT) != 0) how.mode = new_file_mode;
  how.resolve = resolve_inside;
  long outcome = -1;
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    outcome = ::syscall(SYS_openat2, directory, path, &how, sizeof how);
    if (outcome >= 0 || (errno != EINTR && errno != EAGAIN)) break;
  }
  return static_cast<int>(outcome);
}

int flags_of(OpenMode mode) {
  // Without O_NONBLOCK, opening a FIFO somebody planted would wait for its other end.
  constexpr int always = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  switch (mode) {
    case OpenMode::read:
      return always | O_RDONLY;
    case OpenMode::read_write:
      return always | O_RDWR;
    case OpenMode::create_new:
      return always | O_RDWR | O_CREAT | O_EXCL;
  }
  return always;
}

Kind kind_of_entry(int directory, const dirent& entry) {
  if (entry.d_type == DT_DIR) return Kind::directory;
  if (entry.d_type == DT_LNK) return Kind::symlink;
  if (entry.d_type != DT_UNKNOWN) return Kind::file;
  struct stat status {};
  if (::fstatat(directory, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) return Kind::file;
  return file_status_of(status).kind;
}

}  // namespace

Result<std::unique_ptr<PosixFilesystem>> PosixFilesystem::open_root(const std::string& root) {
  Descriptor descriptor(
      uninterrupted([&] { return ::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!descriptor.is_open()) return posix_error(errno, "cannot open the folder", root);
  Descriptor probe(call_openat2(descriptor.number(), ".", O_PATH | O_DIRECTORY));
  if (!probe.is_open()) {
    const int number = errno;
    auto error = posix_error(number, "cannot open the folder", root);
    if (number != ENOSYS && number != EPERM) return error;
    error.code = Code::unsupported;
    error.cause = "this system does not offer openat2";
    return std::move(error).hint("use Linux 5.6 or newer, and let a container's filter allow openat2");
  }
  return std::unique_ptr<PosixFilesystem>(new PosixFilesystem(std::move(descriptor)));
}

Result<Descriptor> PosixFilesystem::open_beneath(std::string_view path, int flags,
                                                 std::string_view doing) const {
  auto checked = check_path(path);
  if (!checked) return checked.error();
  const std::string terminated(path.empty() ? "." : path);
  Descriptor descriptor(call_openat2(root_.number(), terminated.c_str(), flags));
  if (!descriptor.is_open()) return posix_error(errno, doing, path);
  return descriptor;
}

Result<PosixFilesystem::Place> PosixFilesystem::place_of(std::string_view path,
                                                         std::string_view doing) const {
  const std::size_t slash = path.rfind('/');
  const std::string_view parent = slash == std::string_view::npos ? "" : path.substr(0, slash);
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (name.empty() || name == "." || name == "..")
    return Error{Code::invalid, std::string(doing) + ": the path does not end with a name",
                 std::string(path)};
  auto checked = check_path(path);  // here, for a NUL in the name
  if (!checked) return checked.error();
  auto directory = open_beneath(parent, O_PATH | O_DIRECTORY, doing);
  if (!directory) return std::move(directory).error().at(std::string(path));
  return Place{std::move(*directory), std::string(name)};
}

Result<std::unique_ptr<File>> PosixFilesystem::open(std::string_view path, OpenMode mode) {
  const std::string_view doing = mode == OpenMode::create_new ? "cannot create" : "cannot open";
  auto descriptor = open_beneath(path, flags_of(mode), doing);
  if (!descriptor) return descriptor.error();
  struct stat status {};
  if (::fstat(descriptor->number(), &status) != 0) return posix_error(errno, doing, path);
  if (S_ISDIR(status.st_mode)) return posix_error(EISDIR, doing, path);
  if (!S_ISREG(status.st_mode))
    return Error{Code::invalid, std::string(doing) + ": not a regular file", std::string(path)};
  return std::unique_ptr<File>(std::make_unique<PosixFile>(std::move(*descriptor), std::string(path)));
}

Result<FileStatus> PosixFilesystem::status(std::string_view path) {
  auto descriptor = open_beneath(path, O_PATH | O_NOFOLLOW, "cannot look at");
  if (!descriptor) return descriptor.error();
  struct stat status {};
  if (::fstat(descriptor->number(), &status) != 0) return posix_error(errno, "cannot look at", path);
  return file_status_of(status);
}

Result<FileStatus> PosixFilesystem::glance(std::string_view path) {
  auto checked = check_path(path);
  if (!checked) return checked.error();
  const std::string terminated(path);
  struct stat status {};
  if (::fstatat(root_.number(), terminated.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return posix_error(errno, "cannot look at", path);
  return file_status_of(status);
}

Status PosixFilesystem::link(std::string_view from, std::string_view to) {
  auto source = place_of(from, "cannot link");
  if (!source) return source.error();
  auto target = place_of(to, "cannot link");
  if (!target) return target.error();
  const int outcome = ::linkat(source->directory.number(), source->name.c_str(), target->directory.number(),
                               target->name.c_str(), 0);
  if (outcome == 0) return success();
  const int number = errno;
  if (number == EPERM) {
    auto kind = status(from);
    if (kind && kind->kind == Kind::directory) return posix_error(EISDIR, "cannot link", from);
  }
  return posix_error(number, "cannot link", number == ENOENT ? from : to);
}

Status PosixFilesystem::rename(std::string_view from, std::string_view to) {
  auto source = place_of(from, "cannot rename");
  if (!source) return source.error();
  auto target = place_of(to, "cannot rename");
  if (!target) return target.error();
  const int outcome = ::renameat(source->directory.number(), source->name.c_str(), target->directory.number(),
                                 target->name.c_str());
  if (outcome == 0) return success();
  // Some file systems say EEXIST of a target directory that is not empty.
  const int number = errno == EEXIST ? ENOTEMPTY : errno;
  return posix_error(number, "cannot rename", number == ENOENT ? from : to);
}

Status PosixFilesystem::unlink(std::string_view path) {
  auto place = place_of(path, "cannot remove");
  if (!place) return place.error();
  if (::unlinkat(place->directory.number(), place->name.c_str(), 0) == 0) return success();
  return posix_error(errno, "cannot remove", path);
}

Status PosixFilesystem::make_directory(std::string_view path) {
  auto place = place_of(path, "cannot make the directory");
  if (!place) return place.error();
  if (::mkdirat(place->directory.number(), place->name.c_str(), new_directory_mode) == 0) return success();
  return posix_error(errno, "cannot make the directory", path);
}

Status PosixFilesystem::remove_directory(std::string_view path) {
  auto place = place_of(path, "cannot remove the directory");
  if (!place) return place.error();
  if (::unlinkat(place->directory.number(), place->name.c_str(), AT_REMOVEDIR) == 0) return success();
  const int number = errno == EEXIST ? ENOTEMPTY : errno;
  return posix_error(number, "cannot remove the directory", path);
}

Status PosixFilesystem::list(std::string_view directory,
                             const std::function<bool(std::string_view name, Kind kind)>& each) {
  auto descriptor = open_beneath(directory, O_RDONLY | O_DIRECTORY, "cannot list");
  if (!descriptor) return descriptor.error();
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(descriptor->number()), ::closedir);
  if (stream == nullptr) return posix_error(errno, "cannot list", directory);
  descriptor->release();  // the stream closes it
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (!each(name, kind_of_entry(::dirfd(stream.get()), *entry))) return success();
  }
  if (errno != 0) return posix_error(errno, "cannot list", directory);
  return success();
}

Result<std::optional<std::string>> PosixFilesystem::attribute(std::string_view path, std::string_view name) {
  auto descriptor = open_beneath(path, flags_of(OpenMode::read), "cannot open");
  if (!descriptor) return descriptor.error();
  return read_attribute(descriptor->number(), name, path);
}

Status PosixFilesystem::set_attribute(std::string_view path, std::string_view name, std::string_view value) {
  auto descriptor = open_beneath(path, flags_of(OpenMode::read), "cannot open");
  if (!descriptor) return descriptor.error();
  return write_attribute(descriptor->number(), name, value, path);
}

Status PosixFilesystem::sync_directory(std::string_view path) {
  auto descriptor = open_beneath(path, O_RDONLY | O_DIRECTORY, "cannot sync");
  if (!descriptor) return descriptor.error();
  return sync_descriptor(descriptor->number(), path);
}

Status PosixFilesystem::sync_everything() {
  if (::syncfs(root_.number()) != 0) return posix_error(errno, "cannot sync the file system", "");
  return success();
}

Result<Filesystem::Space> PosixFilesystem::space() {
  struct statvfs status {};
  if (::fstatvfs(root_.number(), &status) != 0)
    return posix_error(errno, "cannot ask for the free space", "");
  Space space;
  space.total_bytes = static_cast<std::uint64_t>(status.f_blocks) * status.f_frsize;
  space.free_bytes = static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
  return space;
}

}  // namespace tandem::storaged
