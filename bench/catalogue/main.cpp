// The catalogue on SQLite: commits, lookups, listings, watches, and a million files.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <regex>

#include "bench/catalogue/rows.hpp"

namespace tandem::bench {

void fail(const Error& error) {
  std::cerr << "bench_catalogue: " << to_string(error) << "\n";
  std::_Exit(1);
}

}  // namespace tandem::bench

int main(int argc, char** argv) {
  using namespace tandem::bench;
  Plan plan;
  std::string only = ".*";
  CLI::App app("Measures the catalogue on SQLite; bench/README.md tells how to read the rows.");
  app.add_flag("--quick", plan.quick, "the short ones");
  app.add_option("--only", only, "parts whose name matches: commits, lookups, watching, locks, million");
  CLI11_PARSE(app, argc, argv);
  const auto folder =
      std::filesystem::temp_directory_path() / ("tandem-bench-catalogue-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  plan.folder = folder.string();
  const std::regex wanted(only);
  const auto part = [&](const char* name, void (*measure)(const Plan&)) {
    if (std::regex_match(name, wanted)) measure(plan);
  };
  part("commits", measure_commits);
  part("lookups", measure_lookups);
  part("watching", measure_watching);
  part("locks", measure_locks);
  if (!plan.quick) part("million", measure_million);
  std::filesystem::remove_all(folder);
  return 0;
}
