#include "shell/terminal/pager.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>

#include "shell/output/local_error.hpp"

namespace tandem::shell {
namespace {

constexpr const char* usual_pager = "command -v less >/dev/null && exec less || exec more";

// The command as a child that reads `input` and for which our dealings with signals do not hold.
Result<pid_t> spawn(std::string command, int input) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t manner;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&manner);
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  sigset_t ours;
  sigemptyset(&ours);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) sigaddset(&ours, signal);
  posix_spawnattr_setsigdefault(&manner, &ours);
  posix_spawnattr_setflags(&manner, POSIX_SPAWN_SETSIGDEF);
  std::string shell = "sh";
  std::string option = "-c";
  const std::array<char*, 4> words{shell.data(), option.data(), command.data(), nullptr};
  pid_t process = 0;
  const int failed = posix_spawn(&process, "/bin/sh", &files, &manner, words.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&manner);
  if (failed != 0) return local_error("cannot start the pager", command, failed);
  return process;
}

}  // namespace

Result<std::unique_ptr<Pager>> Pager::start() {
  ::setenv("LESS", "FRX", 0);  // colours as they are, and no page where there is less than one
  const char* wanted = std::getenv("PAGER");
  const std::string command = wanted != nullptr && *wanted != '\0' ? wanted : usual_pager;
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return local_error("cannot start the pager", command, errno);
  auto process = spawn(command, pipe[0]);
  ::close(pipe[0]);
  const int terminal = process ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) : -1;
  if (terminal >= 0) ::dup2(pipe[1], STDOUT_FILENO);
  ::close(pipe[1]);
  if (!process) return std::move(process).error();
  return std::unique_ptr<Pager>(new Pager(*process, terminal));
}

Pager::~Pager() {
  if (terminal_ >= 0) {
    ::dup2(terminal_, STDOUT_FILENO);
    ::close(terminal_);
  }
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace tandem::shell
