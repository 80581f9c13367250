#include "bench/micro/row_reporter.hpp"

#include "bench/report/row.hpp"

namespace tandem::bench {
namespace {

// Of a benchmark that says how many bytes it handles the rate counts, of any other the time.
double value_of(const benchmark::BenchmarkReporter::Run& run, bool rate) {
  if (rate) return run.counters.at("bytes_per_second").value / 1e6;
  return run.GetAdjustedRealTime();
}

}  // namespace

bool RowReporter::ReportContext(const Context& /*context*/) {
  return true;
}

void RowReporter::ReportRuns(const std::vector<Run>& runs) {
  if (runs.empty() || runs.front().run_type == Run::RT_Aggregate) return;
  const Run& first = runs.front();
  const bool rate = first.counters.find("bytes_per_second") != first.counters.end();
  Row row;
  row.name = "micro_" + first.run_name.function_name;
  row.title = first.report_label.empty() ? first.run_name.function_name : first.report_label;
  row.unit = rate ? "MB/s" : "ns";
  row.better = rate ? Better::higher : Better::lower;
  row.conditions = {{"threads", "1"}};
  if (const auto limit = first.counters.find(at_most_ns); limit != first.counters.end())
    row.target = Target{Target::Against::value, limit->second.value, {}};
  for (const auto& run : runs) {
    row.samples.push_back(value_of(run, rate));
    row.details["errors"] += run.error_occurred ? 1 : 0;
  }
  print(row);
}

}  // namespace tandem::bench
