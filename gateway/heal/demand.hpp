// What somebody wants to read of a member that misses it: a note in the catalogue, so that any client's
// healer brings it first. No more than a hint; a lost note loses nothing, the mark is there. All calls may be
// made at the same time.
#pragma once

#include <vector>

#include "gateway/catalogue/names/cached_catalogue.hpp"
#include "protocol/contract/identifiers.hpp"

namespace tandem::gateway {

// Notes that the id is wanted on the node, if it is marked there. Best effort.
void put_demand(CachedCatalogue& catalogue, const NodeId& node, const ObjectId& id);

// Takes some ids wanted on the node, and their notes away. Empty: none, or another healer was first.
std::vector<ObjectId> take_demands(CachedCatalogue& catalogue, const NodeId& node);

}  // namespace tandem::gateway
