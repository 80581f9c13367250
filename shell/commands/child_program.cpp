#include "shell/commands/child_program.hpp"

#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "shell/terminal/interrupt.hpp"

namespace tandem::shell {
namespace {

constexpr int not_found_status = 127;
constexpr int not_runnable_status = 126;
constexpr int glance_milliseconds = 100;  // at signals that came in between two waits

// While it lives, signals are for the program that is waited for.
class SignalsPassedOn {
 public:
  SignalsPassedOn() : before_(watch_interrupts(OnInterrupt::pass_on)) {}
  ~SignalsPassedOn() { watch_interrupts(before_); }
  SignalsPassedOn(const SignalsPassedOn&) = delete;
  SignalsPassedOn& operator=(const SignalsPassedOn&) = delete;

 private:
  const OnInterrupt before_;
};

std::string assignment(const std::string& name, const std::string& value) {
  return name + "=" + value;
}

std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    bool replaced = false;
    for (const auto& [name, value] : variables) replaced = replaced || text.starts_with(name + "=");
    if (!replaced) all.push_back(text);
  }
  for (const auto& [name, value] : variables) all.push_back(assignment(name, value));
  return all;
}

std::vector<char*> as_pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// With the dispositions a program expects to be born with.
int spawn(std::vector<std::string> words, std::vector<std::string> environment, pid_t& child) {
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const int failed = ::posix_spawnp(&child, words.front().c_str(), nullptr, &attributes,
                                    as_pointers(words).data(), as_pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  return failed;
}

int wait_for(pid_t child) {
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
  int passed_on = 0;
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(child, &status, WNOHANG)) == 0) {
    pollfd end{.fd = handle, .events = POLLIN, .revents = 0};
    (void)::poll(&end, 1, glance_milliseconds);
    const int signal = interrupting_signal();
    if (signal != 0 && signal != SIGINT && signal != passed_on) {
      ::kill(child, signal);
      passed_on = signal;
    }
  }
  if (handle >= 0) ::close(handle);
  if (ended < 0) return exit_status::internal;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Outcome run_program_in_foreground(const std::vector<std::string>& words,
                                  const std::vector<std::pair<std::string, std::string>>& variables) {
  const SignalsPassedOn signals;
  (void)std::signal(SIGCHLD, SIG_DFL);  // ignored, it would take the status with it
  pid_t child = -1;
  if (const int failed = spawn(words, environment_with(variables), child); failed != 0) {
    const int status = failed == ENOENT ? not_found_status : not_runnable_status;
    return Outcome::with(status, "invalid",
                         {Code::invalid, std::string("cannot be run: ") + std::strerror(failed),
                          words.front(), "", "name a program that PATH leads to"});
  }
  return wait_for(child);
}

}  // namespace tandem::shell
