#include "tests/support/local_cluster/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace tandem::test {

using Clock = std::chrono::steady_clock;

Terminal::Terminal(const Command& command) {
  const auto arguments = pointers_to(command.arguments);
  auto added = command.environment;
  added.emplace_back("TERM=xterm");
  const auto environment = environment_with(added);
  const auto environment_pointers = pointers_to(environment);
  winsize size{24, 80, 0, 0};
  pid_ = forkpty(&terminal_, nullptr, nullptr, &size);
  if (pid_ == 0) become(arguments.data(), environment_pointers.data(), command.working_folder.c_str());
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "forkpty");
  fcntl(terminal_, F_SETFD, FD_CLOEXEC);
}

Terminal::~Terminal() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    int wait_status = 0;
    waitpid(pid_, &wait_status, 0);
  }
  if (terminal_ >= 0) close(terminal_);
}

void Terminal::type(std::string_view keys) {
  while (!keys.empty()) {
    const auto written = write(terminal_, keys.data(), keys.size());
    if (written <= 0) throw std::system_error(errno, std::generic_category(), "write to the terminal");
    keys.remove_prefix(static_cast<std::size_t>(written));
  }
}

bool Terminal::read_some(std::chrono::milliseconds limit) {
  pollfd waiting{terminal_, POLLIN, 0};
  if (poll(&waiting, 1, static_cast<int>(limit.count())) <= 0) return true;
  char buffer[4096];
  const auto count = read(terminal_, buffer, sizeof buffer);
  if (count <= 0) return false;
  seen_.append(buffer, static_cast<std::size_t>(count));
  return true;
}

bool Terminal::sees(std::string_view text, std::chrono::seconds limit) {
  const auto deadline = Clock::now() + limit;
  bool open = true;
  for (;;) {
    const auto position = seen_.find(text, found_until_);
    if (position != std::string::npos) {
      found_until_ = position + text.size();
      return true;
    }
    if (!open || Clock::now() >= deadline) return false;
    open = read_some(std::chrono::milliseconds(50));
  }
}

bool Terminal::takes_lines(std::chrono::seconds limit) {
  const auto deadline = Clock::now() + limit;
  while (Clock::now() < deadline) {
    termios settings{};
    if (::tcgetattr(terminal_, &settings) == 0 && (settings.c_lflag & ICANON) != 0) return true;
    read_some(std::chrono::milliseconds(5));
  }
  return false;
}

std::optional<int> Terminal::wait(std::chrono::seconds limit) {
  const auto deadline = Clock::now() + limit;
  while (Clock::now() < deadline) {
    read_some(std::chrono::milliseconds(20));
    int wait_status = 0;
    if (waitpid(pid_, &wait_status, WNOHANG) == pid_) {
      pid_ = 0;
      return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
    }
  }
  return std::nullopt;
}

}  // namespace tandem::test
