#include "gateway/catalogue/sqlite/session_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/filesystem.hpp>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

namespace fs = boost::filesystem;

constexpr std::size_t page_bytes = 4096;
constexpr std::uint64_t dead = ~std::uint64_t{0};
constexpr std::string_view unfinished_prefix = ".new-";
constexpr WallTime unfinished_age_max_ns = 60'000'000'000;

// As in the session's key: 16 hexadecimal digits.
std::string path_of(const std::string& folder, SessionId session) {
  return folder + "/" + keys::session(session).substr(keys::sessions_prefix.size());
}

Error file_error(const std::string& path, const char* what) {
  const int cause = errno;
  const Code code = cause == ENOSPC || cause == EDQUOT ? Code::no_space : Code::unavailable;
  return Error{code, std::string(what) + ": " + std::strerror(cause), path};
}

SessionWords* map_page(int descriptor) {
  struct stat state {};
  if (::fstat(descriptor, &state) != 0 || state.st_size < static_cast<off_t>(page_bytes)) return nullptr;
  void* page = ::mmap(nullptr, page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  return page == MAP_FAILED ? nullptr : static_cast<SessionWords*>(page);
}

// Somebody's session file, opened for a look.
class Look {
 public:
  struct Seen {
    std::uint64_t heartbeat_ns = 0;
    std::uint64_t lease_ns = 0;
  };

  static_assert(sizeof(Seen) == sizeof(SessionWords) && offsetof(SessionWords, heartbeat_ns) == 0);

  explicit Look(const std::string& path) : descriptor_(::open(path.c_str(), O_RDWR | O_CLOEXEC)) {
    missing_ = descriptor_ < 0 && errno == ENOENT;
  }
  ~Look() {
    if (words_ != nullptr) ::munmap(words_, page_bytes);
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Look(const Look&) = delete;
  Look& operator=(const Look&) = delete;

  bool missing() const { return missing_; }
  bool unlocked() const { return descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0; }
  // A glance, far cheaper than words(): what it shows may be a moment old.
  std::optional<Seen> seen() const {
    Seen seen;
    const bool is_read = descriptor_ >= 0 && ::pread(descriptor_, &seen, sizeof seen, 0) == sizeof seen;
    return is_read ? std::optional(seen) : std::nullopt;
  }
  SessionWords* words() {
    if (words_ == nullptr && descriptor_ >= 0) words_ = map_page(descriptor_);
    return words_;
  }

 private:
  const int descriptor_;
  bool missing_ = false;
  SessionWords* words_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<SessionFile>> SessionFile::create(const std::string& folder, Duration lease,
                                                         Runtime& runtime) {
  if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) {
    return file_error(folder, "cannot make the folder of the sessions");
  }
  const std::string name = keys::session(random_number(runtime)).substr(keys::sessions_prefix.size());
  std::string path = folder + "/" + std::string(unfinished_prefix) + name;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return file_error(path, "cannot make a session");
  std::unique_ptr<SessionFile> file(new SessionFile(folder, std::move(path), descriptor, runtime));
  if (Status status = file->prepare(lease); !status) {
    file->discard();
    return std::move(status).error();
  }
  return file;
}

SessionFile::SessionFile(std::string folder, std::string path, int descriptor, Runtime& runtime)
    : folder_(std::move(folder)), path_(std::move(path)), descriptor_(descriptor), runtime_(runtime) {}

SessionFile::~SessionFile() {
  if (words_ != nullptr) ::munmap(words_, page_bytes);
  ::close(descriptor_);
}

Status SessionFile::prepare(Duration lease) {
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) return file_error(path_, "cannot lock a session");
  if (const int failed = ::posix_fallocate(descriptor_, 0, page_bytes); failed != 0) {
    errno = failed;
    return file_error(path_, "cannot make room for a session");
  }
  words_ = map_page(descriptor_);
  if (words_ == nullptr) return file_error(path_, "cannot map a session");
  words_->lease_ns.store(static_cast<std::uint64_t>(lease.count()));
  return success();
}

Status SessionFile::publish(SessionId session) {
  last_beat_ = static_cast<std::uint64_t>(runtime_.now().time_since_epoch().count());
  words_->heartbeat_ns.store(last_beat_);
  std::string named = path_of(folder_, session);
  if (::rename(path_.c_str(), named.c_str()) != 0) return file_error(named, "cannot name a session");
  path_ = std::move(named);
  published_ = true;
  return success();
}

bool SessionFile::beat() {
  const auto now = static_cast<std::uint64_t>(runtime_.now().time_since_epoch().count());
  if (!words_->heartbeat_ns.compare_exchange_strong(last_beat_, now)) return false;
  last_beat_ = now;
  return true;
}

void SessionFile::discard() {
  if (!published_) ::unlink(path_.c_str());
}

namespace session_files {

bool is_dead(const std::string& folder, SessionId session, Instant now) {
  Look look(path_of(folder, session));
  if (look.missing() || look.unlocked()) return true;
  const auto seen = look.seen();
  if (!seen) return false;  // nothing is known; ask again
  std::uint64_t beat = seen->heartbeat_ns;
  if (beat == dead) return true;
  const auto silent_ns = now.time_since_epoch().count() - static_cast<std::int64_t>(beat);
  if (silent_ns <= static_cast<std::int64_t>(seen->lease_ns)) return false;
  SessionWords* const words = look.words();
  return words != nullptr && (words->heartbeat_ns.compare_exchange_strong(beat, dead) || beat == dead);
}

std::optional<Duration> lease_left(const std::string& folder, SessionId session, Instant now) {
  Look look(path_of(folder, session));
  if (look.missing() || look.unlocked() || look.words() == nullptr) return std::nullopt;
  const std::uint64_t beat = look.words()->heartbeat_ns.load();
  if (beat == dead) return std::nullopt;
  const Instant end(Duration(static_cast<std::int64_t>(beat + look.words()->lease_ns.load())));
  return end > now ? std::optional(end - now) : std::nullopt;
}

void declare_dead(const std::string& folder, SessionId session) {
  Look look(path_of(folder, session));
  if (SessionWords* const words = look.words()) words->heartbeat_ns.store(dead);
}

void remove(const std::string& folder, SessionId session) {
  ::unlink(path_of(folder, session).c_str());
}

Found list(const std::string& folder) {
  Found found;
  boost::system::error_code error;
  for (fs::directory_iterator file(folder, error), end; !error && file != end; file.increment(error)) {
    const std::string name = file->path().filename().string();
    if (const auto session = keys::parse_session(std::string(keys::sessions_prefix) + name)) {
      found.sessions.push_back(*session);
    }
    found.has_unfinished = found.has_unfinished || name.starts_with(unfinished_prefix);
  }
  return found;
}

void remove_unfinished(const std::string& folder, WallTime now) {
  boost::system::error_code error;
  for (fs::directory_iterator file(folder, error), end; !error && file != end; file.increment(error)) {
    if (!file->path().filename().string().starts_with(unfinished_prefix)) continue;
    struct stat state {};
    if (::stat(file->path().c_str(), &state) != 0) continue;
    const bool is_old = now - WallTime{state.st_mtim.tv_sec} * 1'000'000'000 > unfinished_age_max_ns;
    if (is_old && Look(file->path().string()).unlocked()) ::unlink(file->path().c_str());
  }
}

}  // namespace session_files

}  // namespace tandem::gateway
