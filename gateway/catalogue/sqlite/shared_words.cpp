#include "gateway/catalogue/sqlite/shared_words.hpp"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>

namespace tandem::gateway {
namespace {

constexpr std::uint64_t words_format = 1;
constexpr std::size_t page_bytes = 4096;
static_assert(sizeof(SharedWords) <= page_bytes);

Error file_error(const std::string& path, const char* what) {
  const int cause = errno;
  const Code code = cause == ENOSPC || cause == EDQUOT ? Code::no_space : Code::unavailable;
  return Error{code, std::string(what) + ": " + std::strerror(cause), path};
}

}  // namespace

Result<std::unique_ptr<SharedFile>> SharedFile::open(const std::string& path, const std::string& database) {
  struct stat state {};
  if (::stat(database.c_str(), &state) != 0) return file_error(database, "cannot look at the catalogue");
  const mode_t mode = state.st_mode & 0666;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mode);
  if (descriptor < 0) return file_error(path, "cannot open the catalogue's gate");
  std::unique_ptr<SharedFile> file(new SharedFile(path, descriptor));
  if (Status status = file->map(); !status) return std::move(status).error();
  return file;
}

Status SharedFile::map() {
  // A page of real blocks: a store into a hole of a full disk would kill the process.
  if (const int failed = ::posix_fallocate(descriptor_, 0, page_bytes); failed != 0) {
    errno = failed;
    return file_error(path_, "cannot make room for the catalogue's gate");
  }
  void* page = ::mmap(nullptr, page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
  if (page == MAP_FAILED) return file_error(path_, "cannot map the catalogue's gate");
  words_ = static_cast<SharedWords*>(page);
  std::uint64_t none = 0;
  if (!words_->format.compare_exchange_strong(none, words_format) && none != words_format) {
    return Error{Code::unsupported, "the catalogue's gate was made by a newer tandem", path_};
  }
  return success();
}

SharedFile::~SharedFile() {
  if (words_ != nullptr) ::munmap(words_, page_bytes);
  ::close(descriptor_);
}

bool SharedFile::in_place() const {
  struct stat mine {};
  struct stat there {};
  return ::fstat(descriptor_, &mine) == 0 && ::stat(path_.c_str(), &there) == 0 &&
         mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

void wait_on_word(std::atomic<std::uint32_t>& word, std::uint32_t seen, Duration at_most) {
  if (at_most <= Duration::zero()) return;
  const auto nanoseconds = at_most.count();
  const timespec time{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  ::syscall(SYS_futex, &word, FUTEX_WAIT, seen, &time, nullptr, 0);
}

int wake_word(std::atomic<std::uint32_t>& word, int waiters) {
  return static_cast<int>(::syscall(SYS_futex, &word, FUTEX_WAKE, waiters, nullptr, nullptr, 0));
}

}  // namespace tandem::gateway
