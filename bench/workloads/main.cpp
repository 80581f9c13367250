// bench_workloads: runs workloads and prints a row for each; bench/run starts it beside a cluster.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <regex>

#include "bench/workloads/floor_subject.hpp"
#include "bench/workloads/gfapi_subject.hpp"
#include "bench/workloads/loopback_server.hpp"
#include "bench/workloads/measure.hpp"
#include "bench/workloads/million.hpp"
#include "bench/workloads/mount_subject.hpp"
#include "bench/workloads/tandem_subject.hpp"

namespace tandem::bench {
namespace {

struct Options {
  std::string config{};
  std::string mount{};
  std::string gfapi{};
  std::string floor{};
  std::string beside{};
  std::string only{".*"};
  std::vector<pid_t> daemons{};
  int pairs = 5;
  int part = 1;
  bool quick = false;
  bool names_only = false;
  bool million = false;
};

void declare(CLI::App& app, Options& options) {
  auto* subject = app.add_option_group("subject");
  subject->add_option("--config", options.config, "The cluster's tandem.toml");
  subject->add_option("--mount", options.mount, "A folder of another file system, mounted");
  subject->add_option("--gfapi", options.gfapi, "HOST:VOLUME of GlusterFS, through its client library");
  subject->add_flag("--names", options.names_only, "Only print the names of the workloads");
  subject->require_option(1);
  app.add_option("--floor", options.floor, "Folder for the floor's files, on the file system of the members");
  app.add_option("--beside", options.beside, "In the floor's place: a cluster's tandem.toml")
      ->excludes("--floor");
  app.add_option("--only", options.only, "Workloads whose whole name matches this regular expression");
  app.add_option("--daemons", options.daemons, "Processes to account to the subject")->delimiter(',');
  app.add_option("--pairs", options.pairs, "Runs of each")->check(CLI::Range(1, 100));
  app.add_option("--part", options.part, "Of small files each run takes one part of so many")
      ->check(CLI::Range(1, 100));
  app.add_flag("--quick", options.quick, "Leave out what takes long");
  app.add_flag("--million", options.million, "Instead of the workloads: a million files in this cluster");
}

OpenSubject subject_of(const Options& options) {
  if (!options.mount.empty()) return mount_subject(options.mount);
  if (const auto colon = options.gfapi.find(':'); colon != std::string::npos) {
    return gfapi_subject(options.gfapi.substr(0, colon), options.gfapi.substr(colon + 1));
  }
  return tandem_subject(options.config);
}

int complain(const Error& error) {
  std::cerr << "bench_workloads: " << to_string(error) << "\n";
  return 1;
}

int run_million(const Measurement& how) {
  const auto rows = measure_million(how);
  if (!rows) return complain(rows.error());
  for (const auto& row : *rows) print(row);
  return 0;
}

// 1 when some row is missing.
int run_workloads(const Options& options, const Measurement& how) {
  const std::regex only(options.only);
  int status = 0;
  for (const auto& workload : all_workloads(options.part)) {
    if (!std::regex_match(workload.name, only) || (options.quick && !workload.quick)) continue;
    if (options.names_only) {
      std::cout << workload.name << "\n";
      continue;
    }
    const auto row = measure(workload, how);
    if (row) {
      print(*row);
    } else {
      status = complain(row.error());
    }
  }
  return status;
}

int run(const Options& options) {
  const LoopbackServer loopback;
  Measurement how;
  how.subject = subject_of(options);
  how.written_back = options.floor;
  if (!options.floor.empty()) how.floor = floor_subject(options.floor, loopback.port());
  if (!options.beside.empty()) {
    how.floor = tandem_subject(options.beside);
    how.floor_is_another = "tandem";
    how.written_back = options.beside;
  }
  how.daemons = options.daemons;
  how.pairs = options.pairs;
  return options.million ? run_million(how) : run_workloads(options, how);
}

}  // namespace
}  // namespace tandem::bench

int main(int argument_count, char** arguments) {
  CLI::App app("Runs workloads and prints a row of JSON for each (bench/README.md)", "bench_workloads");
  tandem::bench::Options options;
  tandem::bench::declare(app, options);
  CLI11_PARSE(app, argument_count, arguments);
  return tandem::bench::run(options);
}
