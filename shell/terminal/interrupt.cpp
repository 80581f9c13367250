#include "shell/terminal/interrupt.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

namespace tandem::shell {
namespace {

constexpr unsigned grace_seconds = 2;

std::atomic<int> caught{0};
std::atomic<OnInterrupt> present_manner{OnInterrupt::end_program};
std::array<int, 2> wake_pipe{-1, -1};

extern "C" void on_alarm(int) {
  ::_exit(128 + caught.load());
}

extern "C" void on_signal(int signal) {
  const int saved = errno;
  const OnInterrupt manner = present_manner.load();
  const bool ends =
      manner == OnInterrupt::end_program || (manner == OnInterrupt::stop_command && signal != SIGINT);
  if (ends && caught.load() != 0) ::_exit(128 + signal);  // asked twice
  if (caught.load() == 0 || signal != SIGINT) caught.store(signal);
  if (ends) ::alarm(grace_seconds);
  wake_up();
  errno = saved;
}

extern "C" void on_window_change(int) {
  const int saved = errno;
  wake_up();
  errno = saved;
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);  // no SA_RESTART: whoever waits for input notices
}

bool is_ignored(int signal) {
  struct sigaction present {};
  return sigaction(signal, nullptr, &present) == 0 && present.sa_handler == SIG_IGN;
}

}  // namespace

OnInterrupt watch_interrupts(OnInterrupt manner) {
  const OnInterrupt before = present_manner.exchange(manner);
  if (before == OnInterrupt::pass_on) caught = 0;
  if (manner == OnInterrupt::pass_on) ::alarm(0);
  if (manner == OnInterrupt::stop_command && wake_pipe[0] < 0) {
    if (::pipe2(wake_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) wake_pipe = {-1, -1};
    handle(SIGWINCH, on_window_change);
    handle(SIGCONT, on_window_change);
  }
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    if (!is_ignored(signal)) handle(signal, on_signal);
  }
  handle(SIGALRM, on_alarm);
  handle(SIGPIPE, SIG_IGN);
  return before;
}

bool interrupted() {
  return caught.load() != 0;
}
int interrupting_signal() {
  return caught.load();
}

void forget_interrupt() {
  int ctrl_c = SIGINT;
  caught.compare_exchange_strong(ctrl_c, 0);
}

int wake_up_descriptor() {
  return wake_pipe[0];
}

void wake_up() {
  if (wake_pipe[1] < 0) return;
  const char byte = 1;
  if (::write(wake_pipe[1], &byte, 1) < 0) return;  // full: it is readable anyway
}

void clear_wake_up() {
  std::array<char, 64> bytes;
  while (wake_pipe[0] >= 0 && ::read(wake_pipe[0], bytes.data(), bytes.size()) > 0) {
  }
}

}  // namespace tandem::shell
