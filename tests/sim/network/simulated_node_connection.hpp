// A gateway::Node whose calls go over the simulated network.
#pragma once

#include <memory>
#include <string>

#include "gateway/nodes/node.hpp"
#include "tests/sim/network/network.hpp"

namespace tandem::sim {

std::shared_ptr<gateway::Node> make_simulated_connection(Network& network, Process& client,
                                                         const std::string& address,
                                                         const TransportTimeouts& timeouts);

}  // namespace tandem::sim
