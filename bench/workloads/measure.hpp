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
  OpenSubject floor{};             // what the subject takes turns with; nothing: without
  std::string floor_is_another{};  // what it is, where it is no floor but another file system
  std::string written_back{};      // the file system of this path is written to disk between runs
  std::vector<pid_t> daemons{};    // whose CPU time and memory belong to the subject
  int pairs = 5;
};

// `unavailable` when a run could not be done at all; failed operations are counted in the row.
Result<Row> measure(const Workload& workload, const Measurement& how);

}  // namespace tandem::bench
