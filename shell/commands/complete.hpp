// What could stand at the end of a command line that is being typed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shell/commands/session.hpp"
#include "shell/terminal/line_editor.hpp"

namespace tandem::shell {

struct Candidate {
  std::string word{};    // the whole word, unquoted
  bool finished = true;  // false for a directory: more may follow at once
};

// `words`: those before; `begun`: what has been typed of the one to complete, unquoted. At most a thousand.
std::vector<Candidate> candidates(Session& session, const std::vector<std::string>& words,
                                  const std::string& begun);

// The same for a line as it is typed, with its quoting.
Completions complete_line(Session& session, std::string_view before_cursor);

}  // namespace tandem::shell
