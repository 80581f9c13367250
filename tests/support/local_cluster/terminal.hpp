// A program on a pseudo-terminal, driven as a person would: type, and wait for what appears.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/local_cluster/child.hpp"

namespace tandem::test {

class Terminal {
 public:
  explicit Terminal(const Command& command);  // Command::input and log_file are not used
  ~Terminal();                                // SIGKILL, and reaped
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(std::string_view keys);
  // Waits until `text` has appeared behind what earlier calls found.
  bool sees(std::string_view text, std::chrono::seconds limit = std::chrono::seconds(20));
  // Waits until the terminal takes whole lines for a command, not keys for the line editor: what is typed in
  // between belongs to neither.
  bool takes_lines(std::chrono::seconds limit = std::chrono::seconds(20));
  std::optional<int> wait(std::chrono::seconds limit);  // the exit status, or 128 + the signal
  const std::string& everything() const { return seen_; }

 private:
  bool read_some(std::chrono::milliseconds limit);  // false: the program has closed the terminal

  pid_t pid_ = 0;
  int terminal_ = -1;
  std::string seen_;
  std::size_t found_until_ = 0;
};

}  // namespace tandem::test
