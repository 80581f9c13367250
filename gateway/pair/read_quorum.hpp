// read_quorum: how many members of a pair have to answer before a read of it counts. One verified copy is
// enough for the bytes; the quorum says how much of the pair has to be there at all.
// All calls may be made at the same time.
#pragma once

#include "gateway/nodes/verdicts.hpp"

namespace tandem::gateway {

// ok: so many members answered a call made now, whatever they hold of `id`; none is asked for 1 or less,
// because the read itself shows it. `unavailable`: fewer did, and each that did not is named with its reason.
Status members_answer(const PairView& pair, const ObjectId& id, std::uint32_t needed, Verdicts& verdicts);

}  // namespace tandem::gateway
