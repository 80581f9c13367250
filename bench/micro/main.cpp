// bench_micro: the parts of an operation one by one. --quick: shorter runs.
#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

#include "bench/micro/row_reporter.hpp"

int main(int argument_count, char** arguments) {
  const bool quick = argument_count == 2 && std::string_view(arguments[1]) == "--quick";
  if (argument_count > 1 && !quick) return 64;
  std::string program = arguments[0];
  std::string repetitions = "--benchmark_repetitions=5";
  std::string duration = quick ? "--benchmark_min_time=0.05" : "--benchmark_min_time=0.5";
  std::vector<char*> options{program.data(), repetitions.data(), duration.data()};
  int count = static_cast<int>(options.size());
  benchmark::Initialize(&count, options.data());
  tandem::bench::RowReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  return 0;
}
