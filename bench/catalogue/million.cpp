#include <sys/stat.h>

#include "bench/catalogue/filled_catalogue.hpp"
#include "bench/catalogue/rows.hpp"
#include "bench/report/row.hpp"
#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"
#include "protocol/runtime/system_runtime.hpp"

namespace tandem::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t files = 1'000'000;

double mebibytes(const std::string& path) {
  struct stat state {};
  return ::stat(path.c_str(), &state) == 0 ? static_cast<double>(state.st_size) / (1 << 20) : 0;
}

}  // namespace

void measure_million(const Plan& plan) {
  const std::string path = plan.folder + "/million.db";
  protocol::SystemRuntime runtime;
  const auto begin = Clock::now();
  double disk = 0;
  {
    const auto catalogue = new_catalogue(path, runtime);
    fill(*catalogue, files);
    disk = mebibytes(path) + mebibytes(path + "-wal");
  }
  const double filled_s = seconds_since(begin);
  Row room{.name = "catalogue_million_disk",
           .title = "a million files on disk",
           .unit = "MiB",
           .better = Better::lower};
  room.samples = {disk};
  room.conditions = {{"files", "1,000,000 with names of 17 bytes, 1000 in a directory"}};
  room.details["filled_s"] = filled_s;
  room.target = Target{Target::Against::value, 400, {}};
  print(room);

  Row opening{.name = "catalogue_million_open",
              .title = "open the catalogue of a million files and find one",
              .unit = "ms",
              .better = Better::lower};
  opening.conditions = {{"files", "1,000,000"}, {"page cache", "warm"}};
  opening.target = Target{Target::Against::value, 50, {}};
  for (int sample = 0; sample < plan.samples; ++sample) {
    const auto started = Clock::now();
    const auto engine = must(gateway::SqliteCatalogue::open(path, runtime));
    gateway::CachedCatalogue catalogue(*engine, 1'000'000, {});
    gateway::Names names(catalogue);
    must(names.resolve("/d500/IMG_10500500.jpeg"));
    opening.samples.push_back(seconds_since(started) * 1e3);
  }
  print(opening);
}

}  // namespace tandem::bench
