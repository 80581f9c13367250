#include "shell/drill/local_node.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>
#include <utility>

#include "shell/output/local_error.hpp"

namespace tandem::shell {
namespace {

namespace fs = boost::filesystem;

constexpr int death_milliseconds_max = 10'000;

std::string content_of(const fs::path& file) {
  std::ifstream stream(file.string(), std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

bool is_folder_of(const fs::path& folder, const NodeId& node) {
  return content_of(folder / "node.toml").find("\nuuid = \"" + to_string(node) + "\"\n") != std::string::npos;
}

// The directory a storaged holds open and locked for its life is its data folder.
std::string folder_held_by(pid_t pid, const NodeId& node) {
  boost::system::error_code failure;
  const fs::path descriptors = "/proc/" + std::to_string(pid) + "/fd";
  for (fs::directory_iterator entry(descriptors, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    boost::system::error_code gone;
    const fs::path target = fs::read_symlink(entry->path(), gone);
    if (!gone && fs::is_directory(target, gone) && is_folder_of(target, node)) return target.string();
  }
  return {};
}

}  // namespace

Result<LocalNode> LocalNode::find(pid_t pid, const NodeId& node) {
  const int process = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (process < 0) return local_error("cannot take hold of process " + std::to_string(pid), {}, errno);
  LocalNode found(process, folder_held_by(pid, node));
  if (found.folder_.empty()) {
    return Error{Code::unsupported,
                 "process " + std::to_string(pid) + " does not show a data folder of this node to this user"};
  }
  return found;
}

LocalNode::LocalNode(LocalNode&& other) noexcept
    : process_(std::exchange(other.process_, -1)), folder_(std::move(other.folder_)) {}

LocalNode::~LocalNode() {
  if (process_ >= 0) ::close(process_);
}

Status LocalNode::send(int signal) {
  if (::syscall(SYS_pidfd_send_signal, process_, signal, nullptr, 0) == 0) return success();
  return local_error("the daemon takes no signal", folder_, errno);
}

Status LocalNode::kill() {
  if (auto sent = send(SIGKILL); !sent) return sent;
  pollfd dead{process_, POLLIN, 0};
  if (::poll(&dead, 1, death_milliseconds_max) == 1) return success();
  return Error{Code::unavailable, "the daemon does not die", folder_};
}

Status LocalNode::freeze() {
  return send(SIGSTOP);
}

Status LocalNode::thaw() {
  return send(SIGCONT);
}

Status LocalNode::flip_bit(const std::string& path) {
  const std::string file = folder_ + "/tree" + path;
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return local_error("cannot open the copy", file, errno);
  struct stat about {};
  unsigned char byte = 0;
  Status done = success();
  if (::fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size == 0) {
    done = Error{Code::invalid, "it is empty, or no file", file};
  } else if (::pread(descriptor, &byte, 1, about.st_size / 2) != 1) {
    done = local_error("cannot read the copy", file, errno);
  } else {
    byte ^= 1;
    if (::pwrite(descriptor, &byte, 1, about.st_size / 2) != 1)
      done = local_error("cannot change the copy", file, errno);
  }
  ::close(descriptor);
  return done;
}

Status LocalNode::wipe() {
  if (auto killed = kill(); !killed) return killed;
  boost::system::error_code failure;
  for (fs::directory_iterator entry(folder_, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    fs::remove_all(entry->path(), failure);
    if (failure) break;
  }
  if (failure) return local_error("cannot empty the folder", folder_, failure.value());
  return success();
}

}  // namespace tandem::shell
