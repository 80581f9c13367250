// A stage call over the simulated network: the body travels piece by piece behind the head.
#pragma once

#include <memory>

#include "gateway/nodes/node.hpp"
#include "tests/sim/network/conversation.hpp"

namespace tandem::sim {

std::unique_ptr<gateway::Upload> start_upload(std::shared_ptr<Route> route, const CallGuard& guard,
                                              const StageRequest& request);

}  // namespace tandem::sim
