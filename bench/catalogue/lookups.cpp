#include <time.h>

#include <algorithm>
#include <array>

#include "bench/catalogue/bare_reads.hpp"
#include "bench/catalogue/filled_catalogue.hpp"
#include "bench/catalogue/rows.hpp"
#include "bench/report/row.hpp"
#include "gateway/catalogue/records/keys.hpp"
#include "gateway/placement/locator.hpp"
#include "protocol/runtime/system_runtime.hpp"

namespace tandem::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t files = 10'000;
constexpr std::array<const char*, 4> way{"family", "anna", "photos", "2026"};
constexpr std::uint64_t way_kind = 3;

// /family/anna/photos/2026 with the files in it; returns the last directory.
ObjectId fill_folder(gateway::Catalogue& catalogue) {
  ObjectId directory = root_directory;
  for (std::uint64_t i = 0; i < way.size(); ++i) {
    gateway::Transaction transaction;
    add_directory(transaction, directory, way[i], numbered(way_kind, i));
    must(catalogue.commit(transaction));
    directory = numbered(way_kind, i);
  }
  for (std::uint64_t n = 0; n < files;) {
    gateway::Transaction transaction;
    for (int i = 0; i < 40 && n < files; ++i, ++n) add_file(transaction, directory, n);
    must(catalogue.commit(transaction));
  }
  return directory;
}

std::string path_of(std::uint64_t n) {
  return "/family/anna/photos/2026/IMG_" + std::to_string(10'000'000 + n) + ".jpeg";
}

std::vector<std::string> some_paths() {
  std::vector<std::string> paths;
  for (std::uint64_t i = 0; i < files; ++i) paths.push_back(path_of(i * 7919 % files));
  return paths;
}

// Paths five names deep that have no name in common.
std::vector<std::string> strange_paths(gateway::Catalogue& catalogue) {
  constexpr std::uint64_t paths_wanted = 2000;
  constexpr std::uint64_t kind = 4;
  std::vector<std::string> paths;
  for (std::uint64_t p = 0; p < paths_wanted; ++p) {
    gateway::Transaction transaction;
    ObjectId directory = root_directory;
    std::string path;
    for (std::uint64_t depth = 0; depth < 4; ++depth) {
      const std::string name = "directory" + std::to_string(p);
      add_directory(transaction, directory, name, numbered(kind, p * 4 + depth));
      directory = numbered(kind, p * 4 + depth);
      path += "/" + name;
    }
    add_file(transaction, directory, files + p);
    must(catalogue.commit(transaction));
    paths.push_back(path + "/IMG_" + std::to_string(10'000'000 + files + p) + ".jpeg");
  }
  return paths;
}

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Microseconds of processor time for each of `count`, which a busy machine moves less than the time that
// passes; of that the least goes to `details`.
template <class Work>
double measured(Row& row, std::size_t count, const Work& work) {
  const double cpu_before = cpu_seconds();
  const auto begin = Clock::now();
  work();
  const auto each = 1e6 / static_cast<double>(count);
  const double wall = seconds_since(begin) * each;
  const auto [least, is_new] = row.details.emplace("least_wall_us", wall);
  if (!is_new) least->second = std::min(least->second, wall);
  return (cpu_seconds() - cpu_before) * each;
}

Row row_of(std::string name, std::string title, double limit) {
  Row row{.name = std::move(name), .title = std::move(title), .unit = "us", .better = Better::lower};
  row.conditions = {{"callers", "1"}, {"directory", "10,000 files"}, {"time", "of the processor"}};
  row.target = Target{Target::Against::value, limit, {}};
  return row;
}

void measure_paths(const Plan& plan, gateway::Catalogue& engine, const std::string& file) {
  const auto paths = some_paths();
  Row cached = row_of("catalogue_lookup_cached", "find a file five names deep, known path", 1);
  Row uncached = row_of("catalogue_lookup_uncached", "find a file five names deep, nothing cached", 15);
  uncached.floor_is = "the same seven searches in bare SQLite, in one transaction; nothing decoded or kept";
  gateway::PathMap map(1'000'000);
  gateway::CachedCatalogue catalogue(engine, 1'000'000, [&](std::string_view key) { map.changed(key); });
  gateway::Names names(catalogue);
  gateway::Locator locator(catalogue, names, map);
  const auto strange = strange_paths(engine);
  for (const std::string& path : paths) must(locator.locate(path));
  BareReads bare(file);
  Row ignored;
  for (int sample = 0; sample < plan.samples; ++sample) {
    cached.samples.push_back(measured(cached, paths.size(), [&] {
      for (const std::string& path : paths) must(locator.locate(path));
    }));
    gateway::CachedCatalogue cold(engine, 1'000'000, {});
    gateway::Names cold_names(cold);
    must(cold_names.resolve("/"));
    uncached.samples.push_back(measured(uncached, strange.size(), [&] {
      for (const std::string& path : strange) must(cold_names.resolve(path));
    }));
    uncached.floor_samples.push_back(measured(ignored, strange.size(), [&] {
      for (const std::string& path : strange) bare.follow(path);
    }));
  }
  print(cached);
  print(uncached);
}

// As the store lists a directory: its names, then all their records in one snapshot.
std::size_t list(gateway::CachedCatalogue& catalogue, const ObjectId& directory) {
  const auto names = must(catalogue.list(gateway::keys::names_of(directory), {}, files));
  std::vector<std::string> keys;
  keys.reserve(names.entries.size());
  for (const auto& entry : names.entries) {
    keys.push_back(gateway::keys::record(must(gateway::decode<gateway::NameValue>(entry->value)).id));
  }
  std::size_t readable = 0;
  for (const auto& entry : must(catalogue.get_many(keys)).entries) {
    readable += entry && gateway::decode<gateway::ObjectRecord>(entry->value).ok() ? 1U : 0U;
  }
  return readable;
}

void measure_listing(const Plan& plan, gateway::Catalogue& engine, const ObjectId& directory,
                     const std::string& file) {
  Row row = row_of("catalogue_list_10000", "list 10,000 files with their attributes, nothing cached", 15'000);
  row.floor_is = "the same searches in bare SQLite, in one transaction; nothing decoded or kept";
  BareReads bare(file);
  Row ignored;
  for (int sample = 0; sample < plan.samples; ++sample) {
    gateway::CachedCatalogue catalogue(engine, 1'000'000, {});
    gateway::Names names(catalogue);
    must(names.resolve("/"));  // from here on the cache learns
    std::size_t listed = 0;
    row.samples.push_back(measured(row, 1, [&] { listed = list(catalogue, directory); }));
    if (listed != files) fail({Code::corrupt, "the listing is not whole"});
    row.floor_samples.push_back(measured(ignored, 1, [&] { listed = bare.list(directory); }));
    if (listed != files) fail({Code::corrupt, "the bare listing is not whole"});
  }
  print(row);
}

}  // namespace

void measure_lookups(const Plan& plan) {
  protocol::SystemRuntime runtime;
  const std::string file = plan.folder + "/lookups.db";
  const auto engine = new_catalogue(file, runtime);
  const ObjectId directory = fill_folder(*engine);
  measure_paths(plan, *engine, file);
  measure_listing(plan, *engine, directory, file);
}

}  // namespace tandem::bench
