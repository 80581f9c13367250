// A million files in one store: whether the last are made as fast as the first, and what it takes to know
// them.
#pragma once

#include <vector>

#include "bench/report/row.hpp"
#include "bench/workloads/measure.hpp"

namespace tandem::bench {

// Rows for the first and the last tenth, a fresh client's stat at the end, and the memory of the daemons.
// `unavailable` when it could not be done.
Result<std::vector<Row>> measure_million(const Measurement& how);

}  // namespace tandem::bench
