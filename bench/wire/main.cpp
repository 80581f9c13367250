// bench_wire: one storaged against a bare server, over loopback.
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <regex>

#include "bench/wire/rows.hpp"

namespace {

int measure_all(const tandem::bench::WireOptions& options) {
  try {
    tandem::bench::measure_small(options);
    tandem::bench::measure_bulk(options);
    tandem::bench::measure_memory(options);
  } catch (const std::exception& error) {
    std::cerr << "bench_wire: " << error.what() << "\n";
    return 1;
  }
  return 0;
}

}  // namespace

int main(int argument_count, char** arguments) {
  tandem::bench::WireOptions options;
  options.storaged = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "storaged";
  std::string only = ".*";
  bool quick = false;
  CLI::App app("bench_wire: one storaged against a bare server, over loopback");
  app.add_option("--storaged", options.storaged, "The daemon to measure")->capture_default_str();
  app.add_option("--only", only, "Rows whose whole name matches this regular expression");
  app.add_option("--pairs", options.pairs, "Runs of each")->check(CLI::Range(1, 100));
  app.add_flag("--quick", quick, "Fewer and shorter runs");
  CLI11_PARSE(app, argument_count, arguments);
  if (quick) {
    options.pairs = std::min(options.pairs, 3);
    options.seconds = 0.3;
  }
  const std::regex pattern(only);
  options.wanted = [&pattern](const std::string& name) { return std::regex_match(name, pattern); };
  return measure_all(options);
}
