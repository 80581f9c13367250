// Help in the manner of manual pages, from what the commands declare.
#pragma once

#include <string>

#include "shell/commands/command.hpp"

namespace tandem::shell {

std::string usage_line(const Command& command, const Arguments& arguments);  // "mkdir [-p] PATH..."
std::string help_text(const Command& command);
std::string overview(bool interactive);
extern const std::string_view program_version;

}  // namespace tandem::shell
