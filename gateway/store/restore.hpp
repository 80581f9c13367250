// Brings a lost catalogue back from its backup and reconciles it with what the nodes hold.
//
// The backup's entries get a new epoch that no node has seen, so that whatever they say wins over what nodes
// were told by the lost catalogue; every node is compared whole. Names removed since the backup come back.
// Contents written since are never removed: of a file the backup knows they become its content, of one it
// does not know they stay on their nodes and are reported.
#pragma once

#include <functional>

#include "gateway/config/config.hpp"
#include "gateway/nodes/node.hpp"
#include "gateway/store/restore_report.hpp"
#include "gateway/store/store.hpp"

namespace tandem::gateway {

// `exists`: there is a catalogue; it is never replaced. `unavailable`: a node does not answer (and may not be
// missing). `denied`: another folder answers at a node's address. Nothing has been changed then. Interrupted
// after the catalogue has appeared, `tandem heal` does the rest.
Result<RestoreReport> restore_catalogue(const Config& config, Runtime& runtime, const RestoreOptions& options,
                                        const std::function<bool(const HealProgress&)>& progress);

}  // namespace tandem::gateway
