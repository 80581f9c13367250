// Help in the manner of manual pages, from what the commands declare.
#pragma once

#include <array>
#include <span>
#include <string>
#include <utility>

#include "shell/commands/command.hpp"

namespace tandem::shell {

std::string usage_line(const Command& command, const Arguments& arguments);  // "mkdir [-p] PATH..."
std::string help_text(const Command& command);
std::string overview(bool interactive);
extern const std::string_view program_version;

// What help and manual pages have in common.
struct Described {
  std::string_view what{};
  std::string_view meaning{};
};
extern const std::span<const Described> common_options;   // understood behind every command
extern const std::span<const Described> program_options;  // before the command
extern const std::span<const Described> exit_statuses;
extern const std::span<const std::pair<Command::Group, std::string_view>> command_groups;
std::string option_heading(const OptionDeclaration& option);  // "-n, --limit=N"

}  // namespace tandem::shell
