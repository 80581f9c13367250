// The ids of new objects. The first 48 bits are the milliseconds since 1970, so that what is made one after
// the other lies side by side in the catalogue: a directory's records are read in few pages, and new ones are
// written at one end. The other 80 are random and alone make an id the only one of its kind: a clock that
// stands still or goes back costs speed, nothing else.
#pragma once

#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

ObjectId new_object_id(Runtime& runtime);

}  // namespace tandem::gateway
