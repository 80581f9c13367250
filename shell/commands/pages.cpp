#include "shell/commands/pages.hpp"

#include <utility>

#include "shell/terminal/interrupt.hpp"

namespace tandem::shell {

Pages::Pages(Session& session, bool wanted) : session_(session) {
  if (!wanted || !session.out.terminal()) return;
  session.out.flush();
  auto started = Pager::start();
  if (!started) {
    session.report(std::move(started).error());
    return;
  }
  pager_ = std::move(*started);
  // Ctrl-C is for the command and the pager; the terminal is not to be left in the pager's hands.
  if (!session.interactive) watch_interrupts(OnInterrupt::stop_command);
}

Pages::~Pages() {
  if (!pager_) return;
  session_.out.flush();
  pager_.reset();
  session_.out.forget_error();
  if (!session_.interactive) watch_interrupts(OnInterrupt::end_program);
}

}  // namespace tandem::shell
