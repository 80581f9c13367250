// The program `tandem`: options before the command, the choice between a command and the shell, exit
// statuses.
#pragma once

#include <string>
#include <vector>

namespace tandem::shell {

int run_program(const std::vector<std::string>& arguments);

}  // namespace tandem::shell
