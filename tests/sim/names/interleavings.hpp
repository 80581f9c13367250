// Runs a few operations in every order their steps can take: plan (reads the tree), commit, and on a conflict
// plan again. Every client has its own cache. What comes out is held against every sequential order, in which
// an operation may have followed the links on its way earlier, as POSIX allows.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/names/sequential_model.hpp"
#include "tests/unit/gateway_names/tree.hpp"

namespace tandem::simulation {

using Tamper = std::function<void(gateway::Plan&)>;  // to break a plan on purpose, before it is committed

struct Scenario {
  std::vector<Operation> setup{};
  std::vector<Operation> concurrent{};
  // An operation that was over before another began comes before it in the sequential order, too.
  bool in_real_time = true;
  Tamper tamper{};
};

struct Exploration {
  std::size_t schedules = 0;
  std::string problem{};  // the first one found, with its schedule; empty: none
};
Exploration explore(const Scenario& scenario);

// The second operation happens as a whole behind each catalogue call of the first one's, in turn.
Exploration explore_inside(const Scenario& scenario);

Result<gateway::Plan> plan_of(support::Tree& tree, const Operation& operation);

}  // namespace tandem::simulation
