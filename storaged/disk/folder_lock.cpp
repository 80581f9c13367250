#include "storaged/disk/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <boost/filesystem/operations.hpp>

#include "storaged/disk/posix_error.hpp"

namespace tandem::storaged {
namespace {

std::string holder_of(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t count = uninterrupted([&] { return ::pread(descriptor, text.data(), text.size(), 0); });
  std::string digits;
  for (ssize_t at = 0; at < count; ++at) {
    const char character = text[static_cast<std::size_t>(at)];
    if (character < '0' || character > '9') break;
    digits.push_back(character);
  }
  return digits.empty() ? "unknown" : digits;
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::string& root) {
  boost::system::error_code failure;
  boost::filesystem::create_directories(root, failure);
  if (failure) return posix_error(failure.value(), "cannot make the folder", root);
  const std::string path = root + "/" + lock_file_name;
  Descriptor descriptor(uninterrupted(
      [&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644); }));
  if (!descriptor.is_open()) return posix_error(errno, "cannot open the lock file", path);
  if (uninterrupted([&] { return ::flock(descriptor.number(), LOCK_EX | LOCK_NB); }) != 0) {
    if (errno != EWOULDBLOCK) return posix_error(errno, "cannot lock", path);
    return Error{Code::locked, "in use by a live daemon, pid " + holder_of(descriptor.number()), root, "",
                 "give every storaged a folder of its own, or stop that one first"};
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  const bool named =
      ::ftruncate(descriptor.number(), 0) == 0 &&
      ::pwrite(descriptor.number(), pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
  if (!named) return posix_error(errno, "cannot write the lock file", path);
  return FolderLock(std::move(descriptor));
}

}  // namespace tandem::storaged
