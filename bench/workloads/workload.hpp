// A workload: what each of several clients does, described once and done alike to the cluster, to the floor
// and to other file systems.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/report/row.hpp"
#include "bench/workloads/subject.hpp"

namespace tandem::bench {

// Where one client of one run works.
struct Scope {
  std::string folder{};  // its own, exists
  int client = 0;
};

using Step = std::function<Status(Subject&, const Scope&)>;

struct Workload {
  std::string name{};
  std::string title{};
  bool durable = false;  // members sync before they answer; the catalogue always syncs
  int clients = 1;
  int operations = 0;       // of each client
  std::uint64_t bytes = 0;  // of each operation; counted in MB/s when `bulk`
  bool bulk = false;
  bool milliseconds = false;  // the row is the time of one operation instead of a rate
  bool quick = true;          // part of --quick
  bool only_reads = false;    // all runs share one folder, seeded once
  bool floor_needs_seed = true;
  std::string floor_is{};
  Step seed{};     // by another process before; nothing: not needed
  Step prepare{};  // by the measured process before the start; nothing: not needed
  std::function<Status(Subject&, const Scope&, int operation)> operation{};
  Step clean_up{};  // afterwards; nothing: it stays
  std::optional<Target> target{};
};

std::string path_in(const Scope& scope, const char* kind, int number);  // "/x/c0/f12"

// `part`: of small files each run takes only one part of so many, for who is many times slower.
std::vector<Workload> small_file_workloads(int part);
std::vector<Workload> bulk_workloads();
std::vector<Workload> all_workloads(int part);

}  // namespace tandem::bench
