// Tokens on the real engine: pairs of lock and unlock, very many holders of one file and very many tokens of
// one client.
#include <atomic>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/catalogue/bare_sqlite.hpp"
#include "bench/catalogue/filled_catalogue.hpp"
#include "bench/catalogue/rows.hpp"
#include "bench/report/row.hpp"
#include "gateway/tokens/tokens.hpp"
#include "protocol/runtime/system_runtime.hpp"

namespace tandem::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using gateway::TokenMode;

// What holds tokens: a session and what belongs to it, over an engine that several share.
struct Client {
  Client(gateway::Catalogue& engine, Runtime& runtime)
      : catalogue(engine, 10'000, {}),
        operations(catalogue, runtime, {1h, 60s, "bench"}),
        tokens(catalogue, operations, runtime, {}, [](const ObjectId&) { return std::string(); }) {}
  ~Client() { tokens.close(); }

  gateway::CachedCatalogue catalogue;
  gateway::Operations operations;
  gateway::Tokens tokens;
};

std::vector<ObjectId> add_objects(gateway::Catalogue& catalogue, std::size_t count) {
  constexpr std::size_t at_once = 40;
  std::vector<ObjectId> ids;
  for (std::size_t number = 0; number < count;) {
    gateway::Transaction transaction;
    for (std::size_t i = 0; i < at_once && number < count; ++i, ++number)
      ids.push_back(add_file(transaction, root_directory, number));
    if (!must(catalogue.commit(transaction)).committed) fail({Code::stale, "a name was taken"});
  }
  return ids;
}

gateway::TokenWish wish(const ObjectId& id, TokenMode mode, Runtime& runtime) {
  return {.id = id, .mode = mode, .deadline = runtime.now() + 60s, .keep = true};
}

double resident_mib() {
  std::ifstream statm("/proc/self/statm");
  double pages = 0;
  statm >> pages >> pages;
  return pages * 4096 / (1 << 20);
}

double rate_of_pairs(const Plan& plan, Client& client, const std::vector<ObjectId>& ids, std::size_t callers,
                     Runtime& runtime) {
  const double wanted = plan.quick ? 0.5 : 2.0;
  std::atomic<std::uint64_t> pairs = 0;
  const auto begin = Clock::now();
  std::vector<std::thread> threads;
  for (std::size_t caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&, id = ids[caller]] {
      while (seconds_since(begin) < wanted) {
        must(client.tokens.lock(wish(id, TokenMode::exclusive, runtime)));
        if (auto unlocked = client.tokens.unlock(id); !unlocked) fail(unlocked.error());
        ++pairs;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  return static_cast<double>(pairs.load()) / seconds_since(begin);
}

double rate_of_bare_pairs(const Plan& plan, BareSqlite& bare, std::size_t callers) {
  const double wanted = plan.quick ? 0.5 : 2.0;
  std::atomic<std::uint64_t> pairs = 0;
  const auto begin = Clock::now();
  std::vector<std::thread> threads;
  for (std::size_t caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&, caller] {
      const std::string key = "t/" + std::to_string(caller);
      while (seconds_since(begin) < wanted) {
        for (int half = 0; half < 2; ++half)
          bare.commit({{}, {gateway::Change::put(key, std::string(12, 't'))}});
        ++pairs;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  return static_cast<double>(pairs.load()) / seconds_since(begin);
}

void measure_pairs(const Plan& plan, std::size_t callers) {
  const std::string number = std::to_string(callers);
  Row row{.name = "lock_unlock_" + number,
          .title = "lock and unlock a file, one client, " + number + (callers == 1 ? " caller" : " callers"),
          .unit = "ops/s",
          .floor_is = "two puts in bare SQLite with group commit, each synced, one process"};
  row.conditions = {{"callers", number},
                    {"tokens", "explicit, exclusive, not kept; each caller its own file"}};
  if (callers > 1) row.target = Target{Target::Against::value, 3000, {}};
  protocol::SystemRuntime runtime;
  for (int sample = 0; sample < plan.samples; ++sample) {
    const std::string path = plan.folder + "/locks-" + number + "-" + std::to_string(sample);
    {
      const auto catalogue = new_catalogue(path + ".db", runtime);
      const auto ids = add_objects(*catalogue, callers);
      Client client(*catalogue, runtime);
      row.samples.push_back(rate_of_pairs(plan, client, ids, callers, runtime));
    }
    BareSqlite bare(path + ".bare");
    row.floor_samples.push_back(rate_of_bare_pairs(plan, bare, callers));
  }
  print(row);
}

// Mean time of one grant among the last thousand, in microseconds of this process and the disk.
double grant(std::vector<std::unique_ptr<Client>>& clients, std::size_t from, std::size_t to,
             const ObjectId& id, Runtime& runtime) {
  const auto begin = Clock::now();
  for (std::size_t i = from; i < to; ++i) must(clients[i]->tokens.lock(wish(id, TokenMode::shared, runtime)));
  return seconds_since(begin) * 1e6 / static_cast<double>(to - from);
}

void measure_holders(const Plan& plan) {
  const std::size_t holders = plan.quick ? 1'000 : 10'000;
  const std::size_t probe = holders / 10;
  Row row{.name = "lock_holders_" + std::to_string(holders),
          .title = "one more shared holder of a file that has " + std::to_string(holders - probe),
          .unit = "us",
          .better = Better::lower,
          .floor_is = "the same for the first " + std::to_string(probe)};
  row.conditions = {{"holders", "a session each, all in one process"}};
  row.target = Target{Target::Against::floor, 2, {}};
  protocol::SystemRuntime runtime;
  const auto catalogue = new_catalogue(plan.folder + "/holders.db", runtime);
  const auto ids = add_objects(*catalogue, 1);
  const double before = resident_mib();
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < holders; ++i) {
    clients.push_back(std::make_unique<Client>(*catalogue, runtime));
    must(clients.back()->operations.session());
  }
  row.details["sessions_mib"] = resident_mib() - before;
  row.floor_samples.push_back(grant(clients, 0, probe, ids[0], runtime));
  (void)grant(clients, probe, holders - probe, ids[0], runtime);
  row.samples.push_back(grant(clients, holders - probe, holders, ids[0], runtime));

  Client writer(*catalogue, runtime);
  std::thread asking([&] { must(writer.tokens.lock(wish(ids[0], TokenMode::exclusive, runtime))); });
  const auto begin = Clock::now();
  for (auto& client : clients) {
    if (auto unlocked = client->tokens.unlock(ids[0]); !unlocked) fail(unlocked.error());
  }
  row.details["give_back_us"] = seconds_since(begin) * 1e6 / static_cast<double>(holders);
  asking.join();
  row.details["all_back_until_the_writer_has_it_s"] = seconds_since(begin);
  print(row);
}

void measure_many(const Plan& plan) {
  const std::size_t count = plan.quick ? 10'000 : 100'000;
  Row row{.name = "locks_held_" + std::to_string(count),
          .title = std::to_string(count) + " locks held by one client: memory",
          .unit = "MiB",
          .better = Better::lower};
  protocol::SystemRuntime runtime;
  const auto catalogue = new_catalogue(plan.folder + "/many.db", runtime);
  const auto ids = add_objects(*catalogue, count);
  Client client(*catalogue, runtime);
  const double before = resident_mib();
  const auto begin = Clock::now();
  constexpr std::size_t callers = 16;
  std::vector<std::thread> threads;
  for (std::size_t caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&, caller] {
      for (std::size_t i = caller; i < count; i += callers)
        must(client.tokens.lock(wish(ids[i], TokenMode::exclusive, runtime)));
    });
  }
  for (auto& thread : threads) thread.join();
  row.details["taken_per_second"] = static_cast<double>(count) / seconds_since(begin);
  row.samples.push_back(resident_mib() - before);
  print(row);
}

}  // namespace

void measure_locks(const Plan& plan) {
  measure_pairs(plan, 1);
  measure_pairs(plan, 16);
  measure_holders(plan);
  measure_many(plan);
}

}  // namespace tandem::bench
