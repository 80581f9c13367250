// Turns what google-benchmark measured into rows: the repetitions of one benchmark are the samples of one
// row.
#pragma once

#include <benchmark/benchmark.h>

namespace tandem::bench {

// The counter of a benchmark with a target: its time in nanoseconds, or less.
inline constexpr auto at_most_ns = "at_most_ns";

class RowReporter final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;
};

}  // namespace tandem::bench
