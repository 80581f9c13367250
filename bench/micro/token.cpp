// A token that its client has kept, taken again: what every change of a file pays for its lock.
#include <benchmark/benchmark.h>

#include "bench/micro/fresh_catalogue.hpp"
#include "bench/micro/row_reporter.hpp"
#include "gateway/catalogue/names/initial.hpp"
#include "gateway/tokens/tokens.hpp"

namespace tandem::bench {
namespace {

using namespace std::chrono_literals;

void token(benchmark::State& state) {
  FreshCatalogue fresh(gateway::initial_entries({}, {}));
  if (fresh.engine() == nullptr) return state.SkipWithError("no catalogue");
  gateway::CachedCatalogue catalogue(*fresh.engine(), 10'000, {});
  gateway::Operations operations(catalogue, fresh.runtime(), {1h, 60s, "bench"});
  gateway::Tokens tokens(catalogue, operations, fresh.runtime(), {},
                         [](const ObjectId&) { return std::string(); });
  const gateway::TokenWish wish{.id = root_directory,
                                .mode = gateway::TokenMode::exclusive,
                                .deadline = fresh.runtime().now() + 1h,
                                .keep = true};
  if (!tokens.use(wish)) state.SkipWithError("not taken");
  while (state.KeepRunning()) {
    if (!tokens.use(wish)) state.SkipWithError("not taken again");
  }
  tokens.close();
  state.counters[at_most_ns] = 1000;
  state.SetLabel("take a kept token again");
}
BENCHMARK(token);

}  // namespace
}  // namespace tandem::bench
