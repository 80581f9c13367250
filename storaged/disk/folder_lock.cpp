#include "storaged/disk/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <boost/filesystem/operations.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "storaged/disk/posix_error.hpp"

namespace tandem::storaged {
namespace {

// The process that holds a folder's lock, as the kernel lists it ("1: FLOCK ADVISORY WRITE PID MAJ:MIN:INODE
// 0 EOF").
std::string holder_of(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return "unknown";
  std::array<char, 64> place{};
  static_cast<void>(std::snprintf(place.data(), place.size(), "%02x:%02x:%llu", major(status.st_dev),
                                  minor(status.st_dev), static_cast<unsigned long long>(status.st_ino)));
  std::ifstream locks("/proc/locks");
  std::string number;
  std::string type;
  std::string advisory;
  std::string access;
  std::string pid;
  std::string where;
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    if (words >> number >> type >> advisory >> access >> pid >> where && type == "FLOCK" &&
        where == place.data())
      return pid;
  }
  return "unknown";
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::string& root) {
  boost::system::error_code failure;
  boost::filesystem::create_directories(root, failure);
  if (failure) return posix_error(failure.value(), "cannot make the folder", root);
  Descriptor descriptor(
      uninterrupted([&] { return ::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!descriptor.is_open()) return posix_error(errno, "cannot open the folder", root);
  if (uninterrupted([&] { return ::flock(descriptor.number(), LOCK_EX | LOCK_NB); }) != 0) {
    if (errno != EWOULDBLOCK) return posix_error(errno, "cannot lock the folder", root);
    return Error{Code::locked, "in use by a live daemon, pid " + holder_of(descriptor.number()), root, "",
                 "give every storaged a folder of its own, or stop that one first"};
  }
  return FolderLock(std::move(descriptor));
}

}  // namespace tandem::storaged
