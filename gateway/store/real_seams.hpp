// The seams of a real program: the engine the catalogue URL names, nodes over HTTP. The only place that
// names either.
#pragma once

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/config/config.hpp"
#include "gateway/nodes/node.hpp"

namespace tandem::gateway {

// `not_found`: there is none; one is never made here.
Result<std::unique_ptr<Catalogue>> open_catalogue(const Config& config, Runtime& runtime);
// Makes one with these entries; `exists`.
Status create_catalogue(const Config& config, Runtime& runtime, const Transaction& entries);
// `invalid`: the secret file cannot be read.
Result<std::unique_ptr<Transport>> open_transport(const Config& config, Runtime& runtime);

}  // namespace tandem::gateway
