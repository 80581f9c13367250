// A worker (worker.cpp) as its parent sees it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace tandem::gateway {

class WorkerProcess {
 public:
  explicit WorkerProcess(const std::vector<std::string>& arguments, std::string program = CATALOGUE_WORKER);
  ~WorkerProcess();  // killed
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  pid_t pid() const { return pid_; }
  // The next line it says; nothing when it says none for long, or has ended.
  std::optional<std::string> line();
  void signal(int number) const;
  // SIGKILL; returns what it said that was not read yet.
  std::vector<std::string> kill();

 private:
  bool read_more(int timeout_ms);

  pid_t pid_ = -1;
  int output_ = -1;
  std::string buffer_;
};

}  // namespace tandem::gateway
