// Stands before a simulated node's real service: notes in the ledger what it has promised, and plays the
// planted bugs.
#pragma once

#include <memory>

#include "protocol/contract/node_service.hpp"
#include "tests/sim/runtime/chance.hpp"
#include "tests/sim/world/ledger.hpp"
#include "tests/sim/world/planted_bugs.hpp"

namespace tandem::sim {

// `inner`, `ledger` and `bugs` outlive it; `self` is the node's id and run.
std::unique_ptr<NodeService> observe_node(NodeService& inner, const NodeIdentity& self, Ledger& ledger,
                                          const PlantedBugs& bugs, Chance chance);

}  // namespace tandem::sim
