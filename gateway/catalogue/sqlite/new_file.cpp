#include "gateway/catalogue/sqlite/new_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/filesystem.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "protocol/contract/identifiers.hpp"

namespace tandem::gateway {
namespace {

Error file_error(const std::string& path, const char* what) {
  const int cause = errno;
  const Code code = cause == ENOSPC || cause == EDQUOT ? Code::no_space : Code::unavailable;
  return Error{code, std::string(what) + ": " + std::strerror(cause), path};
}

Status sync_path(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return file_error(path, "cannot be synced");
  Status synced = success();
  if (::fsync(descriptor) != 0) synced = file_error(path, "cannot be synced");
  ::close(descriptor);
  return synced;
}

std::string folder_of(const std::string& path) {
  const std::string parent = boost::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

// Neither call replaces what is there; not every file system knows both.
bool rename_to_free(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  return errno == EINVAL && ::link(from.c_str(), to.c_str()) == 0;
}

}  // namespace

NewFile::NewFile(std::string name, Runtime& runtime)
    : name_(std::move(name)), path_(name_ + ".new-" + to_string(random_identifier<ObjectId>(runtime))) {}

NewFile::~NewFile() {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) ::unlink((path_ + suffix).c_str());
}

Status NewFile::publish() {
  if (Status status = sync_path(path_); !status) return status;
  if (!rename_to_free(path_, name_)) {
    if (errno == EEXIST) return Error{Code::exists, "there is such a file already", name_};
    return file_error(name_, "cannot be named");
  }
  return sync_path(folder_of(name_));
}

}  // namespace tandem::gateway
