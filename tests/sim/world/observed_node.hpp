// Stands before a simulated node's real service: notes in the ledger what it has promised, checks that it
// answers only calls that are meant for it (I6) and never goes back to an older version (I3), and plays the
// planted bugs.
#pragma once

#include <memory>

#include "protocol/contract/node_service.hpp"
#include "storaged/disk/node_life.hpp"
#include "tests/sim/runtime/scheduler.hpp"
#include "tests/sim/world/ledger.hpp"
#include "tests/sim/world/planted_bugs.hpp"

namespace tandem::sim {

// All references outlive it.
std::unique_ptr<NodeService> observe_node(NodeService& inner, storaged::NodeLife& life, Scheduler& scheduler,
                                          Ledger& ledger, const PlantedBugs& bugs, Chance chance);

}  // namespace tandem::sim
