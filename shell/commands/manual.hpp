// Manual pages in the man(7) language, from what the commands declare: the same source as their --help.
#pragma once

#include <string>

#include "shell/commands/command.hpp"

namespace tandem::shell {

std::string manual_page(const Command& command);  // tandem-COMMAND(1)
std::string manual_of_program();                  // tandem(1)

}  // namespace tandem::shell
