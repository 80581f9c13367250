// Makes a new cluster: its catalogue, its id, and its claim on the configured nodes. Interrupted half-way it
// can be run again: it goes on with the catalogue it has made.
#pragma once

#include "gateway/config/config.hpp"
#include "gateway/nodes/node.hpp"

namespace tandem::gateway {

// `exists`: the catalogue is there and every node has joined, or a node belongs to another cluster.
// `unavailable`: a node cannot be reached. Names the node.
Result<ClusterId> initialise(const Config& config, Runtime& runtime, Transport& transport);

}  // namespace tandem::gateway
