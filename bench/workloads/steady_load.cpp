// steady_load: one client that reads, or writes, small files one after the other without a pause, and tells
// the longest time between two answers. Says "ready" when it begins. What a person notices of a fault is that
// gap.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>

#include "bench/workloads/processes.hpp"
#include "bench/workloads/tandem_subject.hpp"

namespace tandem::bench {
namespace {

constexpr std::size_t file_bytes = 4096;
constexpr int files = 100;  // read round and round; both pairs hold some

struct Seen {
  double longest_ms = 0;
  double longest_at_s = 0;  // when that gap ended, from the start
  long operations = 0;
  long errors = 0;
};

// The process id keeps two runs apart.
std::string own_folder(const std::string& role) {
  return "/steady-" + role + "-" + std::to_string(::getpid());
}

std::string file_in(const std::string& folder, long number) {
  return folder + "/f" + std::to_string(number);
}

Status prepare(Subject& subject, const std::string& folder) {
  if (auto made = subject.make_directory(folder); !made) return made;
  for (int number = 0; number < files; ++number) {
    if (auto written = subject.write(file_in(folder, number), some_bytes(file_bytes)); !written)
      return written;
  }
  return success();
}

Seen load(Subject& subject, const std::string& folder, bool writes, double seconds) {
  Seen seen;
  const double start = monotonic_seconds();
  for (double before = start; before - start < seconds;) {
    const auto done = writes ? subject.write(file_in(folder, files + seen.operations), some_bytes(file_bytes))
                             : subject.read(file_in(folder, seen.operations % files), file_bytes);
    if (!done && ++seen.errors == 1) std::cerr << "steady_load: " << to_string(done.error()) << "\n";
    ++seen.operations;
    const double now = monotonic_seconds();
    if ((now - before) * 1e3 > seen.longest_ms) {
      seen.longest_ms = (now - before) * 1e3;
      seen.longest_at_s = now - start;
    }
    before = now;
  }
  return seen;
}

int run(const std::string& config, const std::string& role, double seconds) {
  auto subject = tandem_subject(config)(true);
  const std::string folder = own_folder(role);
  const auto prepared = subject ? prepare(**subject, folder) : Status(subject.error());
  if (!prepared) {
    std::cerr << "steady_load: " << to_string(prepared.error()) << "\n";
    return 1;
  }
  std::cout << "ready" << std::endl;  // at once: the fault is timed from here
  const Seen seen = load(**subject, folder, role == "writer", seconds);
  std::printf("{\"longest_ms\":%.3f,\"longest_at_s\":%.3f,\"operations\":%ld,\"errors\":%ld}\n",
              seen.longest_ms, seen.longest_at_s, seen.operations, seen.errors);
  return 0;
}

}  // namespace
}  // namespace tandem::bench

int main(int argument_count, char** arguments) {
  CLI::App app("Reads or writes small files steadily and tells the longest gap", "steady_load");
  std::string config;
  std::string role;
  double seconds = 6;
  app.add_option("--config", config, "The cluster's tandem.toml")->required();
  app.add_option("--role", role, "reader or writer")->required()->check(CLI::IsMember({"reader", "writer"}));
  app.add_option("--seconds", seconds, "How long")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argument_count, arguments);
  return tandem::bench::run(config, role, seconds);
}
