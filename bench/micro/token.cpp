// A token that its client has kept, taken again: what every change of a file pays for its lock.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <filesystem>

#include "bench/micro/row_reporter.hpp"
#include "gateway/catalogue/names/initial.hpp"
#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"
#include "gateway/tokens/tokens.hpp"
#include "protocol/runtime/system_runtime.hpp"

namespace tandem::bench {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// Takes the token for the first time when `state` begins.
void take_again(benchmark::State& state, gateway::Catalogue& engine, Runtime& runtime) {
  gateway::CachedCatalogue catalogue(engine, 10'000, {});
  gateway::Operations operations(catalogue, runtime, {1h, 60s, "bench"});
  gateway::Tokens tokens(catalogue, operations, runtime, {}, [](const ObjectId&) { return std::string(); });
  const gateway::TokenWish wish{.id = root_directory,
                                .mode = gateway::TokenMode::exclusive,
                                .deadline = runtime.now() + 1h,
                                .keep = true};
  if (const auto taken = tokens.use(wish); !taken)
    state.SkipWithError(to_string(taken.error()).c_str());
  else
    while (state.KeepRunning())
      if (!tokens.use(wish)) state.SkipWithError("not taken again");
  tokens.close();
}

void token(benchmark::State& state) {
  std::string pattern = (fs::temp_directory_path() / "tandem-token.XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return state.SkipWithError("no temporary folder");
  protocol::SystemRuntime runtime;
  {
    auto engine = gateway::SqliteCatalogue::create(pattern + "/catalogue.db",
                                                   gateway::initial_entries({}, {}), runtime);
    if (engine)
      take_again(state, **engine, runtime);
    else
      state.SkipWithError(to_string(engine.error()).c_str());
  }
  fs::remove_all(pattern);
  state.counters[at_most_ns] = 1000;
  state.SetLabel("take a kept token again");
}
BENCHMARK(token);

}  // namespace
}  // namespace tandem::bench
