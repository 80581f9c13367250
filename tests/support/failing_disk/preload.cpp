// A disk that fails on command, below a real program: preloaded, it stands before the system calls a node
// makes on its files. FAILING_DISK names a folder; for whatever lies below FAILING_DISK/NAME the file
// FAILING_DISK/NAME.trouble says which calls fail, a line "CALL ERRNO" each, looked up at every call. Without
// that file nothing fails.
//
// Calls are named after the function; openat2 is "create" when it makes a file, else "open".
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstdarg>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

// Where the descriptor leads, or nothing when it is below no folder of ours.
std::string name_below(std::string_view folder, int descriptor) {
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  std::array<char, 4096> target{};
  const ssize_t length = ::readlink(link.c_str(), target.data(), target.size());
  if (length <= 0) return {};
  const std::string_view path(target.data(), static_cast<std::size_t>(length));
  if (!path.starts_with(folder) || path.size() <= folder.size() || path[folder.size()] != '/') return {};
  const std::string_view below = path.substr(folder.size() + 1);
  return std::string(below.substr(0, below.find('/')));
}

std::string content_of(const std::string& file) {
  std::array<char, 4096> text{};
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return {};
  const ssize_t length = ::read(descriptor, text.data(), text.size());
  ::close(descriptor);
  return {text.data(), static_cast<std::size_t>(length < 0 ? 0 : length)};
}

// The errno the call has to fail with; 0: none.
int trouble_of(std::string_view call, int descriptor) {
  const char* const folder = std::getenv("FAILING_DISK");
  if (folder == nullptr) return 0;
  const int before = errno;
  const std::string name = name_below(folder, descriptor);
  int number = 0;
  if (!name.empty()) {
    const std::string lines = content_of(std::string(folder) + "/" + name + ".trouble");
    const std::string start = std::string(call) + " ";
    const std::size_t at = lines.starts_with(start) ? 0 : lines.find("\n" + start);
    if (at != std::string::npos) {
      const char* const digits = lines.data() + lines.find(' ', at) + 1;
      std::from_chars(digits, lines.data() + lines.size(), number);
    }
  }
  errno = before;
  return number;
}

// Calls the real function unless the disk is to fail.
template <class Function, class... Arguments>
auto passed_on(const char* call, int descriptor, Function /*itself*/, Arguments... arguments)
    -> decltype(std::declval<Function>()(arguments...)) {
  if (const int number = trouble_of(call, descriptor); number != 0) {
    errno = number;
    return -1;
  }
  return next<Function>(call)(arguments...);
}

}  // namespace

extern "C" {

ssize_t pread64(int descriptor, void* into, size_t size, off_t offset) {
  return passed_on("pread64", descriptor, &pread64, descriptor, into, size, offset);
}

ssize_t pwrite64(int descriptor, const void* from, size_t size, off_t offset) {
  return passed_on("pwrite64", descriptor, &pwrite64, descriptor, from, size, offset);
}

ssize_t copy_file_range(int from, off64_t* from_offset, int to, off64_t* to_offset, size_t size,
                        unsigned flags) {
  return passed_on("copy_file_range", from, &copy_file_range, from, from_offset, to, to_offset, size, flags);
}

int ftruncate64(int descriptor, off_t size) noexcept {
  return passed_on("ftruncate64", descriptor, &ftruncate64, descriptor, size);
}

int fsync(int descriptor) {
  return passed_on("fsync", descriptor, &fsync, descriptor);
}

int syncfs(int descriptor) noexcept {
  return passed_on("syncfs", descriptor, &syncfs, descriptor);
}

ssize_t fgetxattr(int descriptor, const char* name, void* into, size_t size) noexcept {
  return passed_on("fgetxattr", descriptor, &fgetxattr, descriptor, name, into, size);
}

int fsetxattr(int descriptor, const char* name, const void* value, size_t size, int flags) noexcept {
  return passed_on("fsetxattr", descriptor, &fsetxattr, descriptor, name, value, size, flags);
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  return passed_on("renameat", to_folder, &renameat, from_folder, from, to_folder, to);
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
  return passed_on("linkat", to_folder, &linkat, from_folder, from, to_folder, to, flags);
}

int unlinkat(int folder, const char* name, int flags) noexcept {
  return passed_on("unlinkat", folder, &unlinkat, folder, name, flags);
}

int mkdirat(int folder, const char* name, mode_t mode) noexcept {
  return passed_on("mkdirat", folder, &mkdirat, folder, name, mode);
}

long syscall(long number, ...) noexcept {
  std::array<long, 6> arguments{};
  va_list list;
  va_start(list, number);
  for (long& argument : arguments) argument = va_arg(list, long);
  va_end(list);
  if (number == SYS_openat2) {
    const auto* how = std::bit_cast<const open_how*>(arguments[2]);
    const char* const call = (how->flags & O_CREAT) != 0 ? "create" : "open";
    const int planned = (how->flags & O_PATH) != 0 ? 0 : trouble_of(call, static_cast<int>(arguments[0]));
    if (planned != 0) {
      errno = planned;
      return -1;
    }
  }
  return next<long (*)(long, ...)>("syscall")(number, arguments[0], arguments[1], arguments[2], arguments[3],
                                              arguments[4], arguments[5]);
}

}  // extern "C"
