// What a person does for the cluster: looks whether a member's disk may be lost, replaces a member that came
// back with an empty one (as a `node replace` will do), and has every copy verified (as a scrub will do).
#pragma once

#include "tests/sim/world/world.hpp"

namespace tandem::sim {

// For a node that is down: whether its pair keeps everything without it. Every other member is there, counts
// as current, has no marks, and holds whatever a commit may still name that was staged here.
bool is_dispensable(World& world, const SimNode& node);

// Whether every other member of its pair holds this content and counts as holding it.
bool is_held_elsewhere(World& world, const SimNode& node, const ObjectId& id, const Stamp& stamp);

// The folder that answers at the node's address takes the place of the member `lost`.
Status replace_member(World& world, SimNode& node, const NodeId& lost);
// Erases the state and the marks of nodes that are members no longer. When no client is at work: one that has
// not heard of it yet may put another mark.
Status forget_lost_members(World& world);

// Puts a mark wherever a copy does not verify, or its attributes cannot be read.
Status scrub(World& world);

}  // namespace tandem::sim
