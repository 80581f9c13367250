// What must be true of a cluster when all faults have ended and it was healed: nothing is owed, and every
// member holds, shows and can prove exactly what the catalogue says.
#pragma once

#include <optional>
#include <string>

#include "tests/sim/world/world.hpp"

namespace tandem::sim {

// From inside a fiber, while nobody changes anything. What is wrong first; nothing when all is well.
std::optional<std::string> check_converged(World& world);

}  // namespace tandem::sim
