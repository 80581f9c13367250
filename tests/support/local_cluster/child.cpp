#include "tests/support/local_cluster/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace tandem::test {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Standard streams are anonymous files, so that neither side ever waits for the other.
int anonymous_file(std::string_view content) {
  const int file = memfd_create("stream", MFD_CLOEXEC);
  if (file < 0) fail("memfd_create");
  while (!content.empty()) {
    const auto written = write(file, content.data(), content.size());
    if (written < 0) fail("write");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  lseek(file, 0, SEEK_SET);
  return file;
}

std::string content_of(int file) {
  std::string content;
  if (file < 0) return content;
  char buffer[65536];
  off_t offset = 0;
  for (;;) {
    const auto count = pread(file, buffer, sizeof buffer, offset);
    if (count <= 0) return content;
    content.append(buffer, static_cast<std::size_t>(count));
    offset += count;
  }
}

int status_from(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

}  // namespace

std::vector<char*> pointers_to(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (const auto& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(const std::vector<std::string>& added) {
  const auto name_of = [](std::string_view entry) { return entry.substr(0, entry.find('=')); };
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view name = name_of(*entry);
    const bool replaced = std::any_of(added.begin(), added.end(),
                                      [&](const std::string& other) { return name_of(other) == name; });
    if (!replaced && name != "TANDEM_CONFIG" && name != "TANDEM_SESSION") result.emplace_back(*entry);
  }
  result.insert(result.end(), added.begin(), added.end());
  return result;
}

void become(char* const* arguments, char* const* environment, const char* working_folder) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (working_folder[0] != '\0' && chdir(working_folder) != 0) _exit(126);
  execvpe(arguments[0], arguments, environment);
  _exit(127);
}

Child::Child(const Command& command) {
  // Everything that takes memory happens before the fork: the test may have threads.
  const auto arguments = pointers_to(command.arguments);
  const auto environment = environment_with(command.environment);
  const auto environment_pointers = pointers_to(environment);
  const int input = anonymous_file(command.input);
  if (command.log_file.empty()) {
    output_ = anonymous_file({});
    errors_ = anonymous_file({});
  } else {
    output_ = open(command.log_file.c_str(), O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0644);
    if (output_ < 0) fail("log file");
  }
  const int errors = errors_ < 0 ? output_ : errors_;
  pid_ = fork();
  if (pid_ == 0) {
    if (dup2(input, 0) < 0 || dup2(output_, 1) < 0 || dup2(errors, 2) < 0) _exit(125);
    become(arguments.data(), environment_pointers.data(), command.working_folder.c_str());
  }
  close(input);
  if (pid_ < 0) fail("fork");
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      output_(std::exchange(other.output_, -1)),
      errors_(std::exchange(other.errors_, -1)),
      status_(other.status_),
      peak_kib_(other.peak_kib_) {}

Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(output_, other.output_);
  std::swap(errors_, other.errors_);
  std::swap(status_, other.status_);
  std::swap(peak_kib_, other.peak_kib_);
  return *this;
}

Child::~Child() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    int wait_status = 0;
    while (waitpid(pid_, &wait_status, 0) < 0 && errno == EINTR) continue;
  }
  if (output_ >= 0) close(output_);
  if (errors_ >= 0) close(errors_);
}

bool Child::running() {
  return !wait(std::chrono::milliseconds(0)).has_value();
}

void Child::signal(int number) {
  if (pid_ > 0) kill(pid_, number);
}

std::optional<int> Child::wait(std::chrono::milliseconds limit) {
  if (status_) return status_;
  if (pid_ <= 0) return std::nullopt;
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  if (handle < 0) fail("pidfd_open");
  pollfd waiting{handle, POLLIN, 0};
  const int ready = poll(&waiting, 1, static_cast<int>(limit.count()));
  close(handle);
  if (ready <= 0) return std::nullopt;
  int wait_status = 0;
  rusage usage{};
  if (wait4(pid_, &wait_status, 0, &usage) != pid_) fail("wait4");
  pid_ = 0;
  peak_kib_ = usage.ru_maxrss;
  status_ = status_from(wait_status);
  return status_;
}

std::string Child::output() const {
  return content_of(output_);
}
std::string Child::errors() const {
  return content_of(errors_);
}

Outcome run(const Command& command) {
  const auto begin = std::chrono::steady_clock::now();
  Child child(command);
  auto status = child.wait(command.deadline);
  Outcome outcome;
  if (!status) {
    outcome.timed_out = true;
    child.signal(SIGKILL);
    status = child.wait(std::chrono::seconds(10));
  }
  outcome.status = status.value_or(-1);
  outcome.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  outcome.output = child.output();
  outcome.errors = child.errors();
  outcome.peak_kib = child.peak_kib();
  return outcome;
}

std::string describe(const Outcome& outcome) {
  std::string text =
      outcome.timed_out ? "killed at its deadline" : "status " + std::to_string(outcome.status);
  text += " after " + std::to_string(outcome.duration.count()) + " ms";
  if (!outcome.output.empty()) text += "\nout: " + outcome.output.substr(0, 4000);
  if (!outcome.errors.empty()) text += "\nerr: " + outcome.errors.substr(0, 4000);
  return text;
}

}  // namespace tandem::test
