// Ctrl-C and the signals that ask a program to end, as something a loop can ask for. One per process, like
// the signals themselves.
#pragma once

namespace tandem::shell {

enum class OnInterrupt {
  end_program,   // work has two seconds to end in order, then the program exits with 128 + signal
  stop_command,  // Ctrl-C is for whoever asks; the other signals end the program as above
  pass_on,       // all of them are for a program that this one waits for, until the manner is changed
};

// Takes over SIGINT, SIGTERM, SIGHUP, and ignores SIGPIPE. May be called again to change the manner; signals
// that were another program's are then forgotten.
// Answers what the manner was before. Signals that were ignored when the program started stay so.
OnInterrupt watch_interrupts(OnInterrupt manner);

bool interrupted();         // a signal came since the last forget_interrupt()
int interrupting_signal();  // 0: none
void forget_interrupt();    // of a Ctrl-C only: a request to end stays

// Becomes readable when a signal of interest came; read it empty with clear_wake_up(). Also for others who
// want to wake whoever polls it.
int wake_up_descriptor();
void wake_up();
void clear_wake_up();

}  // namespace tandem::shell
