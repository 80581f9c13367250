// Pieces that the plans of docs/catalogue/plans.md have in common.
#pragma once

#include "gateway/catalogue/names/names.hpp"

namespace tandem::gateway {

// A symlink lives in the catalogue only; of a directory all nodes show names below it.
void owe(const Resolved& object, Plan& plan);

// Guards the name and the record that stand at a taken place.
void guard_occupant(const Place& place, Plan& plan);

// Takes one name from an object that stays under the others, or the record with the last one. The name's key
// is the caller's to change.
void drop_name(const Resolved& object, const Name& name, Plan& plan);

}  // namespace tandem::gateway
