#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "bench/catalogue/bare_sqlite.hpp"
#include "bench/catalogue/filled_catalogue.hpp"
#include "bench/catalogue/rows.hpp"
#include "bench/report/row.hpp"
#include "protocol/runtime/system_runtime.hpp"

namespace tandem::bench {
namespace {

using Clock = std::chrono::steady_clock;

// Files made per second by so many callers, each with one commit.
double rate(const Plan& plan, std::size_t callers,
            const std::function<void(const gateway::Transaction&)>& commit) {
  const double wanted = plan.quick ? 0.5 : 2.0;
  std::atomic<std::uint64_t> next = 0;
  const auto begin = Clock::now();
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < callers; ++i) {
    threads.emplace_back([&] {
      while (seconds_since(begin) < wanted) {
        gateway::Transaction transaction;
        add_file(transaction, root_directory, next++);
        commit(transaction);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return static_cast<double>(next.load()) / seconds_since(begin);
}

void measure(const Plan& plan, std::size_t callers) {
  const std::string number = std::to_string(callers);
  Row row{
      .name = "catalogue_commits_" + number,
      .title = "make a file in the catalogue, durable, " + number + (callers == 1 ? " caller" : " callers"),
      .unit = "ops/s",
      .floor_is = "the same puts in bare SQLite with group commit, synced, one process"};
  row.conditions = {{"callers", number}, {"transaction", "1 condition, 2 puts of about 20 and 120 bytes"}};
  if (callers == 8) row.target = Target{Target::Against::floor, 0.8, {}};
  protocol::SystemRuntime runtime;
  for (int sample = 0; sample < plan.samples; ++sample) {
    const std::string path = plan.folder + "/commits-" + number + "-" + std::to_string(sample);
    {
      const auto catalogue = new_catalogue(path + ".db", runtime);
      row.samples.push_back(rate(plan, callers, [&](const gateway::Transaction& transaction) {
        if (!must(catalogue->commit(transaction)).committed) fail({Code::stale, "a name was taken"});
      }));
    }
    BareSqlite bare(path + ".bare");
    row.floor_samples.push_back(
        rate(plan, callers, [&](const gateway::Transaction& transaction) { bare.commit(transaction); }));
  }
  print(row);
}

}  // namespace

void measure_commits(const Plan& plan) {
  measure(plan, 1);
  measure(plan, 8);
  measure(plan, 64);
}

}  // namespace tandem::bench
