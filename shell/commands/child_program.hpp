// Another program, run to its end in the foreground.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "shell/commands/outcome.hpp"

namespace tandem::shell {

// Runs words.front(), looked for in PATH, with `variables` (name, value) added to the environment. What the
// terminal sends reaches it directly, SIGTERM and SIGHUP are passed on to it. Its status is the outcome:
// 128 + the signal that ended it, 127 when there is no such program, 126 when it cannot be run.
Outcome run_program_in_foreground(const std::vector<std::string>& words,
                                  const std::vector<std::pair<std::string, std::string>>& variables);

}  // namespace tandem::shell
