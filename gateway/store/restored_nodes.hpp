// What the nodes and a restored catalogue still do not agree on once everything has been compared.
#pragma once

#include "gateway/store/core.hpp"
#include "gateway/store/restore_report.hpp"

namespace tandem::gateway {

// Files whose content is marked as missing on every member of their pair.
Status report_unreadable(Core& core, RestoreReport& report);
// Files on nodes that were written for the lost catalogue and have no record: under the name the node shows,
// or as objects when they show none.
Status report_kept(Core& core, RestoreReport& report);

}  // namespace tandem::gateway
