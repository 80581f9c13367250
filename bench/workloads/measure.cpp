#include "bench/workloads/measure.hpp"

#include <unistd.h>

#include <algorithm>

#include "bench/workloads/crew.hpp"
#include "bench/workloads/posix_file.hpp"
#include "bench/workloads/processes.hpp"

namespace tandem::bench {
namespace {

class WorkOnSubject final : public Work {
 public:
  WorkOnSubject(const Workload& workload, std::unique_ptr<Subject> subject, Scope scope)
      : workload_(workload), subject_(std::move(subject)), scope_(std::move(scope)) {}

  Status prepare() override { return workload_.prepare ? workload_.prepare(*subject_, scope_) : success(); }
  Status operation(int number) override { return workload_.operation(*subject_, scope_, number); }
  Status settle() override { return subject_->settle(); }
  Status clean_up() override {
    return workload_.clean_up ? workload_.clean_up(*subject_, scope_) : success();
  }

 private:
  const Workload& workload_;
  std::unique_ptr<Subject> subject_;
  const Scope scope_;
};

// Makes the folders of all clients and what the workload needs in them.
class Seeding final : public Work {
 public:
  Seeding(const Workload& workload, std::unique_ptr<Subject> subject, std::string folder, bool files_too)
      : workload_(workload),
        subject_(std::move(subject)),
        folder_(std::move(folder)),
        files_too_(files_too) {}

  Status prepare() override { return success(); }
  Status operation(int /*number*/) override {
    if (auto made = subject_->make_directory(folder_); !made) return made;
    for (int client = 0; client < workload_.clients; ++client) {
      const Scope scope{folder_ + "/c" + std::to_string(client), client};
      if (auto made = subject_->make_directory(scope.folder); !made) return made;
      if (!files_too_ || !workload_.seed) continue;
      if (auto seeded = workload_.seed(*subject_, scope); !seeded) return seeded;
    }
    return success();
  }
  Status settle() override { return subject_->settle(); }
  Status clean_up() override { return success(); }

 private:
  const Workload& workload_;
  std::unique_ptr<Subject> subject_;
  const std::string folder_;
  const bool files_too_;
};

// The process id keeps the folders of two runs of the program apart.
std::string folder_of(const Workload& workload, int pair) {
  return "/" + workload.name + "-" + std::to_string(::getpid()) +
         (workload.only_reads ? "" : "-" + std::to_string(pair));
}

void write_back(const std::string& path) {
  if (path.empty()) return;
  const auto file = PosixFile::open(path, O_RDONLY);
  if (file) (void)::syncfs(file->descriptor());
}

Status seed(const Workload& workload, const OpenSubject& open, const std::string& folder, bool files_too) {
  const auto seeding = [&](int) -> Result<std::unique_ptr<Work>> {
    auto subject = open(false);
    if (!subject) return std::move(subject).error();
    return std::unique_ptr<Work>(std::make_unique<Seeding>(workload, std::move(*subject), folder, files_too));
  };
  const auto seeded = run_crew(1, 1, seeding, {});
  if (seeded.complete && seeded.errors == 0) return success();
  return Error{Code::unavailable, "preparing failed: " + seeded.first_error, workload.name};
}

Result<CrewReport> run(const Workload& workload, const OpenSubject& open, const Measurement& how, int pair,
                       bool files_too) {
  const std::string folder = folder_of(workload, pair);
  const auto working = [&](int client) -> Result<std::unique_ptr<Work>> {
    auto subject = open(workload.durable);
    if (!subject) return std::move(subject).error();
    const Scope scope{folder + "/c" + std::to_string(client), client};
    return std::unique_ptr<Work>(std::make_unique<WorkOnSubject>(workload, std::move(*subject), scope));
  };
  if (pair == 0 || !workload.only_reads) {
    if (auto seeded = seed(workload, open, folder, files_too); !seeded) return std::move(seeded).error();
  }
  write_back(how.written_back);
  auto report = run_crew(workload.clients, workload.operations, working, how.daemons);
  if (!report.complete) return Error{Code::unavailable, report.first_error, workload.name};
  return report;
}

double value_of(const Workload& workload, double seconds) {
  const double operations = static_cast<double>(workload.clients) * workload.operations;
  if (workload.milliseconds) return seconds * 1e3 / operations;
  return operations / seconds * (workload.bulk ? static_cast<double>(workload.bytes) / 1e6 : 1);
}

double percentile(const std::vector<float>& sorted, double share) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return static_cast<double>(sorted[static_cast<std::size_t>(last * share)]);
}

Row begin_row(const Workload& workload, const Measurement& how) {
  Row row;
  row.name = workload.name;
  row.title = workload.title;
  row.unit = workload.milliseconds ? "ms" : workload.bulk ? "MB/s" : "ops/s";
  row.better = workload.milliseconds ? Better::lower : Better::higher;
  row.target = workload.target;
  row.conditions = {{"clients", std::to_string(workload.clients)},
                    {"operations_each", std::to_string(workload.operations)},
                    {"members_sync", workload.durable ? "yes" : "no"}};
  if (workload.bytes > 0) row.conditions["bytes_each"] = std::to_string(workload.bytes);
  if (how.floor) row.floor_is = how.floor_is_another.empty() ? workload.floor_is : how.floor_is_another;
  return row;
}

// Beside the rate itself: how it was spread, what it cost, and what it left to do behind the answers.
void add_details(const Workload& workload, const std::vector<CrewReport>& reports, const Measurement& how,
                 Row& row) {
  std::vector<float> latencies;
  std::vector<double> client_cpu;
  std::vector<double> daemon_cpu;
  std::vector<double> settled;
  const double thousands = static_cast<double>(workload.clients) * workload.operations / 1000;
  for (const auto& report : reports) {
    latencies.insert(latencies.end(), report.latencies_us.begin(), report.latencies_us.end());
    client_cpu.push_back(report.cpu_seconds / thousands);
    daemon_cpu.push_back(report.observed_cpu_seconds / thousands);
    settled.push_back(value_of(workload, report.settled_seconds));
    row.details["errors"] += static_cast<double>(report.errors);
    auto& peak = row.details["client_peak_mib"];
    peak = std::max(peak, report.peak_memory_mib);
  }
  std::sort(latencies.begin(), latencies.end());
  row.details["p50_us"] = percentile(latencies, 0.5);
  row.details["p99_us"] = percentile(latencies, 0.99);
  row.details["max_us"] = percentile(latencies, 1);
  row.details["client_cpu_s_per_kop"] = spread_of(client_cpu).median;
  row.details["settled_value"] = spread_of(settled).median;
  if (how.daemons.empty()) return;
  row.details["daemon_cpu_s_per_kop"] = spread_of(daemon_cpu).median;
  auto& largest = row.details["daemon_peak_mib"];
  for (std::size_t number = 0; number < how.daemons.size(); ++number) {
    const double peak = peak_memory_mib(how.daemons[number]);
    row.details["daemon_" + std::to_string(number) + "_peak_mib"] = peak;
    largest = std::max(largest, peak);
  }
}

}  // namespace

Result<Row> measure(const Workload& workload, const Measurement& how) {
  Row row = begin_row(workload, how);
  for (const pid_t daemon : how.daemons) forget_peak_memory(daemon);
  std::vector<CrewReport> reports;
  for (int pair = 0; pair < how.pairs; ++pair) {
    auto report = run(workload, how.subject, how, pair, true);
    if (!report) return std::move(report).error();
    row.samples.push_back(value_of(workload, report->seconds));
    if (!report->first_error.empty()) row.conditions["first_error"] = report->first_error;
    reports.push_back(std::move(*report));
    if (!how.floor) continue;
    const bool files_too = workload.floor_needs_seed || !how.floor_is_another.empty();
    const auto floor = run(workload, how.floor, how, pair, files_too);
    if (!floor) return floor.error();
    row.floor_samples.push_back(value_of(workload, floor->seconds));
  }
  add_details(workload, reports, how, row);
  return row;
}

}  // namespace tandem::bench
