#include "shell/transfer/local_tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <cstdio>

#include "shell/output/local_error.hpp"

namespace tandem::shell {
namespace {

namespace files = boost::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  bool close() {
    const int number = number_;
    number_ = -1;
    return ::close(number) == 0;
  }

 private:
  int number_;
};

class LocalSource : public Source {
 public:
  LocalSource(Descriptor descriptor, std::string path)
      : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  Result<std::size_t> read(std::span<std::byte> out) override {
    for (;;) {
      const ssize_t got = ::read(descriptor_.number(), out.data(), out.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return local_error("cannot read", path_, errno);
    }
  }

 private:
  Descriptor descriptor_;
  std::string path_;
};

std::array<timespec, 2> times_of(const Attributes& attributes) {
  constexpr std::int64_t second = 1'000'000'000;
  timespec modified{};
  modified.tv_sec = attributes.modified_ns / second;
  modified.tv_nsec = attributes.modified_ns % second;
  if (modified.tv_nsec < 0) {
    modified.tv_nsec += second;
    --modified.tv_sec;
  }
  timespec accessed{};
  accessed.tv_nsec = UTIME_OMIT;
  return {accessed, modified};
}

class LocalTarget : public Target {
 public:
  // `temporary` empty: the path itself is written to.
  LocalTarget(Descriptor descriptor, std::string path, std::string temporary, const Attributes& attributes)
      : descriptor_(std::move(descriptor)),
        path_(std::move(path)),
        temporary_(std::move(temporary)),
        attributes_(attributes) {}
  LocalTarget(const LocalTarget&) = delete;
  LocalTarget& operator=(const LocalTarget&) = delete;
  ~LocalTarget() override {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
  }

  Status write(std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      const ssize_t sent = ::write(descriptor_.number(), bytes.data(), bytes.size());
      if (sent >= 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
      } else if (errno != EINTR) {
        return local_error("cannot write", path_, errno);
      }
    }
    return success();
  }

  Status commit() override {
    if (temporary_.empty()) return success();
    const auto times = times_of(attributes_);
    if (::fchmod(descriptor_.number(), attributes_.mode & 07777U) != 0) return failed("cannot set the mode");
    if (::futimens(descriptor_.number(), times.data()) != 0) return failed("cannot set the time");
    if (!descriptor_.close()) return failed("cannot write");
    if (std::rename(temporary_.c_str(), path_.c_str()) != 0) return failed("cannot replace");
    temporary_.clear();
    return success();
  }

 private:
  Error failed(std::string_view what) const { return local_error(what, path_, errno); }

  Descriptor descriptor_;
  std::string path_;
  std::string temporary_;
  Attributes attributes_;
};

std::string special_name(mode_t mode) {
  if (S_ISFIFO(mode)) return "named pipe";
  if (S_ISSOCK(mode)) return "socket";
  if (S_ISBLK(mode)) return "block device";
  if (S_ISCHR(mode)) return "character device";
  return "special file";
}

Entry entry_of(const struct stat& status) {
  Entry entry;
  if (S_ISREG(status.st_mode)) {
    entry.type = Entry::Type::file;
    entry.size_bytes = static_cast<std::uint64_t>(status.st_size);
  } else if (S_ISDIR(status.st_mode)) {
    entry.type = Entry::Type::directory;
  } else if (S_ISLNK(status.st_mode)) {
    entry.type = Entry::Type::link;
  } else {
    entry.type = Entry::Type::special;
    entry.detail = special_name(status.st_mode);
  }
  entry.attributes.mode = status.st_mode & 07777U;
  entry.attributes.uid = status.st_uid;
  entry.attributes.gid = status.st_gid;
  entry.attributes.modified_ns = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  entry.identity = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  return entry;
}

// Where something is made that is to be renamed to `path`; six letters follow.
std::string beside(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return (slash == std::string::npos ? "" : path.substr(0, slash + 1)) + ".tandem-";
}

}  // namespace

Result<Entry> LocalTree::look(const std::string& path, bool follow) {
  struct stat status {};
  const int failed = follow ? ::stat(path.c_str(), &status) : ::lstat(path.c_str(), &status);
  if (failed != 0) return local_error("cannot look at it", path, errno);
  Entry entry = entry_of(status);
  if (entry.type == Entry::Type::link) {
    boost::system::error_code failure;
    entry.target = files::read_symlink(path, failure).native();
    if (failure) return local_error("cannot read the link", path, failure.value());
  }
  return entry;
}

Status LocalTree::list(const std::string& path, const std::function<bool(const std::string&)>& each) {
  boost::system::error_code failure;
  files::directory_iterator at(path, failure);
  for (const files::directory_iterator end; !failure && at != end; at.increment(failure)) {
    if (!each(at->path().filename().native())) return success();
  }
  if (failure) return local_error("cannot list", path, failure.value());
  return success();
}

Result<std::unique_ptr<Source>> LocalTree::open(const std::string& path, std::uint64_t /*size_bytes*/) {
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.number() < 0) return local_error("cannot open", path, errno);
  ::posix_fadvise(descriptor.number(), 0, 0, POSIX_FADV_SEQUENTIAL);
  return std::unique_ptr<Source>(std::make_unique<LocalSource>(std::move(descriptor), path));
}

Result<std::unique_ptr<Target>> LocalTree::replace(const std::string& path, const Entry& entry) {
  struct stat status {};
  const bool there = ::stat(path.c_str(), &status) == 0;
  if (there && S_ISDIR(status.st_mode)) return local_error("cannot replace", path, EISDIR);
  if (there && !S_ISREG(status.st_mode)) {
    Descriptor open_one(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (open_one.number() < 0) return local_error("cannot open", path, errno);
    return std::unique_ptr<Target>(
        std::make_unique<LocalTarget>(std::move(open_one), path, "", entry.attributes));
  }
  std::string temporary = beside(path) + "XXXXXX";
  Descriptor descriptor(::mkostemp(temporary.data(), O_CLOEXEC));
  if (descriptor.number() < 0) return local_error("cannot create", path, errno);
  return std::unique_ptr<Target>(
      std::make_unique<LocalTarget>(std::move(descriptor), path, std::move(temporary), entry.attributes));
}

Status LocalTree::make_link(const std::string& path, const Entry& entry) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return local_error("cannot replace", path, EISDIR);
  }
  // Renamed over what is there, so that the name is never missing.
  const std::string temporary = beside(path) + files::unique_path("%%%%%%").native();
  const auto times = times_of(entry.attributes);
  if (::symlink(entry.target.c_str(), temporary.c_str()) != 0) {
    return local_error("cannot make the link", path, errno);
  }
  if (::utimensat(AT_FDCWD, temporary.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) == 0 &&
      std::rename(temporary.c_str(), path.c_str()) == 0) {
    return success();
  }
  const int failed = errno;
  ::unlink(temporary.c_str());
  return local_error("cannot make the link", path, failed);
}

Status LocalTree::make_directory(const std::string& path) {
  // Writable for us while it is filled; its own mode follows at the end.
  boost::system::error_code failure;
  files::create_directory(path, failure);
  if (failure) return local_error("cannot make the directory", path, failure.value());
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return local_error("cannot make the directory", path, errno);
  if (!S_ISDIR(status.st_mode)) return local_error("cannot make the directory", path, ENOTDIR);
  return success();
}

Status LocalTree::set_attributes(const std::string& path, const Attributes& attributes) {
  if (::chmod(path.c_str(), attributes.mode & 07777U) != 0)
    return local_error("cannot set the mode", path, errno);
  const auto times = times_of(attributes);
  if (::utimensat(AT_FDCWD, path.c_str(), times.data(), 0) != 0) {
    return local_error("cannot set the time", path, errno);
  }
  return success();
}

std::string LocalTree::refusal(const std::string& /*path*/) const {
  return {};
}

}  // namespace tandem::shell
