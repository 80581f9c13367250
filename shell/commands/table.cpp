#include <array>

#include "shell/commands/command.hpp"
#include "shell/commands/verbs.hpp"

namespace tandem::shell {
namespace {

constexpr std::array<const Command*, 38> table{
    &ls_command,     &stat_command,   &read_command,       &cat_command,     &write_command,
    &create_command, &mkdir_command,  &mv_command,         &ln_command,      &rm_command,
    &cp_command,     &put_command,    &get_command,        &tree_command,    &find_files_command,
    &du_command,     &init_command,   &status_command,     &df_command,      &why_command,
    &lock_command,   &unlock_command, &locks_command,      &events_command,  &heal_command,
    &agent_command,  &node_command,   &drill_command,      &config_command,  &catalogue_command,
    &shell_command,  &run_command,    &completion_command, &version_command, &help_command,
    &cd_command,     &pwd_command,    &exit_command,
};

}  // namespace

std::span<const Command* const> all_commands() {
  return table;
}

const Command* find_command(std::string_view name) {
  if (name == "quit") name = "exit";
  if (name == "?") name = "help";
  for (const Command* command : table) {
    if (command->name == name) return command;
  }
  return nullptr;
}

}  // namespace tandem::shell
