// Shows what is written to standard output page by page. While it lives, the program's standard output is a
// pipe to the pager: $PAGER, or less, or more. One at a time, in one thread.
#pragma once

#include <sys/types.h>

#include <memory>

#include "protocol/contract/result.hpp"

namespace tandem::shell {

class Pager {
 public:
  static Result<std::unique_ptr<Pager>> start();
  // Gives standard output back and waits until the user has left the pager. Flush before.
  ~Pager();
  Pager(const Pager&) = delete;
  Pager& operator=(const Pager&) = delete;

 private:
  Pager(pid_t process, int terminal) : process_(process), terminal_(terminal) {}

  pid_t process_;
  int terminal_;  // what standard output was
};

}  // namespace tandem::shell
