// Real programs beside a test: started, waited for within a deadline, and gone when the test is.
//
// A child dies with the thread that started it (PR_SET_PDEATHSIG), so nothing outlives a crashed test;
// start what has to last from the test's main thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace tandem::test {

struct Command {
  std::vector<std::string> arguments{};    // the program first, searched for in PATH
  std::string input{};                     // its standard input
  std::string working_folder{};            // empty: the test's own
  std::vector<std::string> environment{};  // "NAME=value", in place of those in the test's own
  std::string log_file{};                  // not empty: standard output and errors are appended there instead
  std::chrono::seconds deadline{60};       // of run(); then it is killed
};

struct Outcome {
  int status = -1;  // exit status, or 128 + the signal that ended it
  bool timed_out = false;
  std::string output{};
  std::string errors{};
  std::chrono::milliseconds duration{};
  long peak_kib = 0;  // the most memory it held

  bool ok() const { return status == 0 && !timed_out; }
};

// "status 20, out: ..., err: ...": for the message of an assertion.
std::string describe(const Outcome& outcome);

// Runs to the end, or to the deadline.
Outcome run(const Command& command);

class Child {
 public:
  explicit Child(const Command& command);  // throws std::system_error when it cannot be started
  ~Child();                                // SIGKILL, and reaped
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;

  pid_t pid() const { return pid_; }  // 0 once it has ended and was waited for
  bool running();
  void signal(int number);
  // The exit status, or 128 + the signal; nothing while it still runs at the end of `limit`.
  std::optional<int> wait(std::chrono::milliseconds limit);
  std::string output() const;
  std::string errors() const;
  long peak_kib() const { return peak_kib_; }  // the most memory it held; known once it has ended

 private:
  pid_t pid_ = 0;
  int output_ = -1;
  int errors_ = -1;
  std::optional<int> status_{};
  long peak_kib_ = 0;
};

// Between fork and exec: dies with the parent thread, becomes the program. Never returns.
[[noreturn]] void become(char* const* arguments, char* const* environment, const char* working_folder);

// Null-terminated copies of pointers into strings that outlive the call.
std::vector<char*> pointers_to(const std::vector<std::string>& strings);
std::vector<std::string> environment_with(const std::vector<std::string>& added);

}  // namespace tandem::test
