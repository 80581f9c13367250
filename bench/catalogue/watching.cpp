#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "bench/catalogue/filled_catalogue.hpp"
#include "bench/catalogue/rows.hpp"
#include "bench/report/row.hpp"
#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"
#include "protocol/runtime/system_runtime.hpp"

namespace tandem::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int commits_per_sample = 200;
constexpr std::string_view prefix = "bench/";

std::int64_t now_ns() {
  return Clock::now().time_since_epoch().count();
}

// Another process, which commits now and then what time it is.
[[noreturn]] void commit_the_time(const std::string& path, int commits) {
  protocol::SystemRuntime runtime;
  const auto catalogue = must(gateway::SqliteCatalogue::open(path, runtime));
  for (int i = 0; i < commits; ++i) {
    runtime.sleep_until(runtime.now() + std::chrono::milliseconds(3));
    const std::string key = std::string(prefix) + std::to_string(::getpid()) + "/" + std::to_string(i);
    must(catalogue->commit(
        {{gateway::Condition::absent(key)}, {gateway::Change::put(key, std::to_string(now_ns()))}}));
  }
  std::_Exit(0);
}

class Delays {
 public:
  void add(std::int64_t nanoseconds) {
    const std::lock_guard lock(mutex_);
    delays_us_.push_back(static_cast<double>(nanoseconds) / 1000);
  }
  std::vector<double> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(delays_us_, {});
  }
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return delays_us_.size();
  }

 private:
  std::mutex mutex_;
  std::vector<double> delays_us_;
};

}  // namespace

void measure_watching(const Plan& plan) {
  Row row{.name = "catalogue_watch",
          .title = "from the call of a durable commit to the callback in another process",
          .unit = "us",
          .better = Better::lower};
  row.conditions = {{"processes", "2"}, {"commits", "one in 3 ms"}};
  row.target = Target{Target::Against::value, 1000, {}};
  const std::string path = plan.folder + "/watch.db";
  protocol::SystemRuntime runtime;
  const auto catalogue = new_catalogue(path, runtime);
  std::vector<double> all;
  for (int sample = 0; sample < plan.samples; ++sample) {
    // Forked before this process has a thread of the watch.
    const pid_t child = ::fork();
    if (child == 0) commit_the_time(path, commits_per_sample);
    Delays delays;
    const auto watch = must(catalogue->watch(std::string(prefix), must(catalogue->history(0)).revision,
                                             [&](const gateway::Event& event) {
                                               if (event.kind != gateway::Event::Kind::put) return;
                                               delays.add(now_ns() - std::stoll(event.entry.value));
                                             }));
    ::waitpid(child, nullptr, 0);
    const auto begin = Clock::now();
    while (delays.size() < commits_per_sample && seconds_since(begin) < 1) ::usleep(1000);
    std::vector<double> seen = delays.take();
    if (seen.size() < commits_per_sample / 2) fail({Code::unavailable, "the watch hears nothing"});
    row.samples.push_back(spread_of(seen).median);
    all.insert(all.end(), seen.begin(), seen.end());
  }
  std::ranges::sort(all);
  row.details["p99_us"] = all[all.size() * 99 / 100];
  row.details["max_us"] = all.back();
  print(row);
}

}  // namespace tandem::bench
