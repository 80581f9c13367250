#include "tests/contract/catalogue/worker_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace tandem::gateway {

WorkerProcess::WorkerProcess(const std::vector<std::string>& arguments, std::string program) {
  std::vector<std::string> words = arguments;
  std::vector<char*> pointers{program.data()};
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execv(program.c_str(), pointers.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  output_ = ends[0];
}

WorkerProcess::~WorkerProcess() {
  kill();
  ::close(output_);
}

bool WorkerProcess::read_more(int timeout_ms) {
  pollfd waiting{output_, POLLIN, 0};
  if (::poll(&waiting, 1, timeout_ms) <= 0) return false;
  char bytes[4096];
  const ssize_t got = ::read(output_, bytes, sizeof bytes);
  if (got <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

std::optional<std::string> WorkerProcess::line() {
  while (buffer_.find('\n') == std::string::npos) {
    if (!read_more(20'000)) return std::nullopt;
  }
  const std::size_t end = buffer_.find('\n');
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return line;
}

void WorkerProcess::signal(int number) const {
  ::kill(pid_, number);
}

std::vector<std::string> WorkerProcess::kill() {
  std::vector<std::string> lines;
  if (pid_ < 0) return lines;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
  while (read_more(0)) {
  }
  while (buffer_.find('\n') != std::string::npos) lines.push_back(*line());
  return lines;
}

}  // namespace tandem::gateway
