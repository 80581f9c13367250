// A command's output page by page, where it is asked for and there is somebody to turn the pages.
#pragma once

#include <memory>

#include "shell/commands/session.hpp"
#include "shell/terminal/pager.hpp"

namespace tandem::shell {

class Pages {
 public:
  // Not `wanted`, or not on a terminal: nothing is paged. A pager that cannot be started is told.
  Pages(Session& session, bool wanted);
  ~Pages();  // the user has left the pager
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  bool left_early() const { return pager_ != nullptr && session_.out.reader_gone(); }

 private:
  Session& session_;
  std::unique_ptr<Pager> pager_{};
};

}  // namespace tandem::shell
