// What can be taken away from a scenario: work, and kinds of faults by name. A replay repeats it by options.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/scenarios/scenario.hpp"

namespace tandem::sim {

struct Changes {
  std::optional<std::uint32_t> operations{};  // of each fiber
  std::optional<std::uint32_t> fibers{};      // of each client
  std::optional<std::uint32_t> clients{};
  std::vector<std::string> without{};  // faults, by name
};

// A name that is no fault's changes nothing; is_fault() tells.
Scenario changed(Scenario scenario, const Changes& changes);
bool is_fault(std::string_view name);
std::vector<std::string> faults_of(const Scenario& scenario);

// As they are given to `./dev sim`: " --operations 3 --without partition".
std::string as_options(const Changes& changes);

}  // namespace tandem::sim
