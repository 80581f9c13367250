// Every command there is, each defined in the file of its name.
#pragma once

#include "shell/commands/command.hpp"

namespace tandem::shell {

extern const Command agent_command;
extern const Command cat_command;
extern const Command catalogue_command;
extern const Command cd_command;
extern const Command completion_command;
extern const Command config_command;
extern const Command cp_command;
extern const Command create_command;
extern const Command df_command;
extern const Command drill_command;
extern const Command du_command;
extern const Command events_command;
extern const Command exit_command;
extern const Command find_files_command;
extern const Command get_command;
extern const Command heal_command;
extern const Command help_command;
extern const Command init_command;
extern const Command ln_command;
extern const Command lock_command;
extern const Command locks_command;
extern const Command ls_command;
extern const Command mkdir_command;
extern const Command mv_command;
extern const Command node_command;
extern const Command put_command;
extern const Command pwd_command;
extern const Command read_command;
extern const Command rm_command;
extern const Command run_command;
extern const Command shell_command;
extern const Command stat_command;
extern const Command status_command;
extern const Command tree_command;
extern const Command unlock_command;
extern const Command version_command;
extern const Command why_command;
extern const Command write_command;

}  // namespace tandem::shell
