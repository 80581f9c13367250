// From words to a command and its outcome.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shell/commands/command.hpp"
#include "shell/commands/session.hpp"

namespace tandem::shell {

// Finds, parses, runs, and tells a failure. `--json`, `-v` and `--help` are understood behind every command.
Outcome execute(Session& session, const std::vector<std::string>& words);

// Whether the words are a command with the right options and operands; touches nothing.
Outcome check(const Session& session, const std::vector<std::string>& words);

// Wrong use: there is no such command; the nearest one is suggested.
Outcome unknown_command(const std::string& given, const Session& session);

}  // namespace tandem::shell
