// What was typed before the line editor took the terminal over. Until then the terminal puts lines together
// and knows a Ctrl-D from a NUL (Ctrl-Space); read after the change, both would be the same byte.
#pragma once

#include <string>

namespace tandem::shell {

// What the terminal has to give already, a Ctrl-D as '\x04'; nothing unless it still puts lines together.
// Never waits.
std::string take_typed_ahead(int terminal);

}  // namespace tandem::shell
