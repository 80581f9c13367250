// One commit of the catalogue, alone in its process: a transaction like that of a new file, on disk on
// return.
#include <benchmark/benchmark.h>

#include "bench/micro/fresh_catalogue.hpp"

namespace tandem::bench {
namespace {

gateway::Transaction transaction_of(std::uint64_t number) {
  const std::string key = std::to_string(number);
  gateway::Transaction transaction;
  transaction.conditions = {gateway::Condition::absent("e/" + key), gateway::Condition::absent("f/" + key)};
  transaction.changes = {gateway::Change::put("e/" + key, std::string(16, 'i')),
                         gateway::Change::put("f/" + key, std::string(150, 'r')),
                         gateway::Change::put("op", key)};
  return transaction;
}

void commit(benchmark::State& state) {
  FreshCatalogue catalogue(transaction_of(0));
  if (catalogue.engine() == nullptr) return state.SkipWithError("no catalogue");
  std::uint64_t number = 1;
  while (state.KeepRunning()) {
    const auto committed = catalogue.engine()->commit(transaction_of(number++));
    if (!committed || !committed->committed) state.SkipWithError("not committed");
  }
  state.SetLabel("a commit of the catalogue, synced");
}
BENCHMARK(commit)->UseRealTime();

}  // namespace
}  // namespace tandem::bench
