// A fetch over the simulated network: the head comes first, the bytes behind it.
#pragma once

#include <memory>

#include "gateway/nodes/node.hpp"
#include "tests/sim/network/conversation.hpp"

namespace tandem::sim {

std::unique_ptr<gateway::Download> start_download(std::shared_ptr<Route> route, const CallGuard& guard,
                                                  const FetchRequest& request);

}  // namespace tandem::sim
