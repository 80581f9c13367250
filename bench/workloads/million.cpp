#include "bench/workloads/million.hpp"

#include <algorithm>

#include "bench/workloads/crew.hpp"
#include "bench/workloads/processes.hpp"

namespace tandem::bench {
namespace {

constexpr int clients = 8;
constexpr int tenths = 10;
constexpr int parts_of_a_tenth = 5;  // the samples of the row: each fills a directory for each client
constexpr int files_of_a_part = 1'000'000 / tenths / parts_of_a_tenth / clients;
constexpr int looked_up = 2'000;
constexpr std::size_t file_bytes = 4096;

class Filling final : public Work {
 public:
  Filling(std::unique_ptr<Subject> subject, std::string folder, bool creates)
      : subject_(std::move(subject)), scope_{std::move(folder), 0}, creates_(creates) {}
  Status prepare() override { return creates_ ? subject_->make_directory(scope_.folder) : success(); }
  Status operation(int number) override {
    const std::string path = path_in(scope_, "f", number);
    return creates_ ? subject_->write(path, some_bytes(file_bytes)) : subject_->stat(path);
  }
  Status settle() override { return subject_->settle(); }
  Status clean_up() override { return success(); }

 private:
  std::unique_ptr<Subject> subject_;
  const Scope scope_;
  const bool creates_;
};

std::string folder_of(int part, int client) {
  return "/million-" + std::to_string(part) + "-" + std::to_string(client);
}

Result<CrewReport> run(const Measurement& how, int part, int operations, bool creates) {
  const auto make = [&](int client) -> Result<std::unique_ptr<Work>> {
    auto subject = how.subject(false);
    if (!subject) return std::move(subject).error();
    return std::unique_ptr<Work>(
        std::make_unique<Filling>(std::move(*subject), folder_of(part, client), creates));
  };
  auto report = run_crew(creates ? clients : 1, operations, make, how.daemons);
  if (report.complete && report.errors == 0) return report;
  return Error{Code::unavailable, report.first_error, "million"};
}

Row row_of(const char* name, const char* title, std::vector<double> samples) {
  Row row;
  row.name = name;
  row.title = title;
  row.unit = "ops/s";
  row.samples = std::move(samples);
  row.conditions = {{"clients", std::to_string(clients)},
                    {"bytes_each", std::to_string(file_bytes)},
                    {"members_sync", "no"}};
  return row;
}

Row memory_row(const Measurement& how, double client_mib) {
  Row row;
  row.name = "million_daemon_memory";
  row.title = "peak memory of the largest daemon with 1,000,000 files";
  row.unit = "MiB";
  row.better = Better::lower;
  double peak = 0;
  for (const pid_t daemon : how.daemons) peak = std::max(peak, peak_memory_mib(daemon));
  row.samples = {peak};
  row.details["client_peak_mib"] = client_mib;
  return row;
}

}  // namespace

Result<std::vector<Row>> measure_million(const Measurement& how) {
  std::vector<double> rates;
  double client_mib = 0;
  for (int part = 0; part < tenths * parts_of_a_tenth; ++part) {
    const auto report = run(how, part, files_of_a_part, true);
    if (!report) return report.error();
    rates.push_back(clients * files_of_a_part / report->seconds);
    client_mib = std::max(client_mib, report->peak_memory_mib);
  }
  std::vector<double> lookups;
  for (int part = 0; part < parts_of_a_tenth; ++part) {
    const auto report = run(how, part * tenths, looked_up, false);
    if (!report) return report.error();
    lookups.push_back(looked_up / report->seconds);
  }
  return std::vector<Row>{
      row_of("million_create_first", "create 4 KiB, 8 clients, the first 100,000 of a million",
             {rates.begin(), rates.begin() + parts_of_a_tenth}),
      row_of("million_create_last", "create 4 KiB, 8 clients, the last 100,000 of a million",
             {rates.end() - parts_of_a_tenth, rates.end()}),
      row_of("million_stat_cold", "stat among a million files, fresh client", std::move(lookups)),
      memory_row(how, client_mib)};
}

}  // namespace tandem::bench
