// What stands in a catalogue from the first moment on.
#pragma once

#include <vector>

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/catalogue/records/records.hpp"

namespace tandem::gateway {

// The cluster, its pairs and the root directory, in one transaction that only an empty catalogue accepts.
Transaction initial_entries(const ClusterRecord& cluster, const std::vector<PairRecord>& pairs);

}  // namespace tandem::gateway
