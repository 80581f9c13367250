// Several clients at once, each a process of its own, as different programs on different machines would be.
// They prepare, wait for each other, and start together.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "protocol/contract/result.hpp"

namespace tandem::bench {

// One client's part. Made, used and destroyed in that client's process.
class Work {
 public:
  virtual ~Work() = default;
  virtual Status prepare() = 0;              // before the start, not measured
  virtual Status operation(int number) = 0;  // measured one by one
  virtual Status settle() = 0;               // what is done behind the answers, until it is done
  virtual Status clean_up() = 0;             // afterwards, not measured
};

using MakeWork = std::function<Result<std::unique_ptr<Work>>(int client)>;

struct CrewReport {
  double seconds = 0;                 // from the common start to the last client's last answer
  double settled_seconds = 0;         // to the moment nothing is left to do behind the answers
  double cpu_seconds = 0;             // of all clients, from their start until settled
  double observed_cpu_seconds = 0;    // of the processes watched, in the same time
  double peak_memory_mib = 0;         // of the largest client
  std::uint64_t errors = 0;           // operations that failed
  std::string first_error{};          // of an operation, or why a client could not even start
  bool complete = true;               // false: a client could not start, or died
  std::vector<float> latencies_us{};  // of all operations of all clients
};

// `watched`: processes whose CPU time is accounted too (the daemons).
CrewReport run_crew(int clients, int operations, const MakeWork& make, const std::vector<int>& watched);

}  // namespace tandem::bench
