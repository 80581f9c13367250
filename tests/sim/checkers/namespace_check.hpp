// I4 on the raw keys of a catalogue: every name leads to a record that knows it and every record's names are
// there; directories exist while something is in them, have one place, and form no cycle.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "gateway/catalogue/catalogue.hpp"

namespace tandem::sim {

// What is wrong first; nothing when all is well.
std::optional<std::string> check_namespace(std::span<const gateway::Entry> entries);

}  // namespace tandem::sim
