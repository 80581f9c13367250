// Measures one workload: on the subject, then on the floor, and again, so that a machine that changes its
// mood meanwhile treats both alike.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "bench/workloads/workload.hpp"

namespace tandem::bench {

struct Measurement {
  OpenSubject subject{};
  OpenSubject floor{};           // nothing: without
  std::string synced_folder{};   // what lies below is written back to disk between runs
  std::vector<pid_t> daemons{};  // whose CPU time and memory belong to the subject
  int pairs = 5;
};

// `unavailable` when a run could not be done at all; failed operations are counted in the row.
Result<Row> measure(const Workload& workload, const Measurement& how);

}  // namespace tandem::bench
