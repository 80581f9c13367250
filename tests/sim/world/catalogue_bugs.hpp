// The planted bugs of the catalogue: what becomes of a transaction under them.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "gateway/catalogue/catalogue.hpp"
#include "tests/sim/world/planted_bugs.hpp"

namespace tandem::sim {

// `find` tells what is there now.
using FindEntry = std::function<std::optional<gateway::Entry>(const std::string& key)>;
gateway::Transaction as_the_bugs_have_it(gateway::Transaction transaction, const PlantedBugs& bugs,
                                         const FindEntry& find);

}  // namespace tandem::sim
