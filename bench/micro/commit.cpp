// One commit of the catalogue, alone in its process: a transaction like that of a new file, on disk on
// return.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <filesystem>

#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"
#include "protocol/runtime/system_runtime.hpp"

namespace tandem::bench {
namespace {

namespace fs = std::filesystem;

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
  std::string pattern = (fs::temp_directory_path() / "tandem-commit.XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return state.SkipWithError("no temporary folder");
  protocol::SystemRuntime runtime;
  {
    auto made = gateway::SqliteCatalogue::create(pattern + "/catalogue.db", transaction_of(0), runtime);
    if (!made) return state.SkipWithError(to_string(made.error()).c_str());
    std::uint64_t number = 1;
    while (state.KeepRunning()) {
      const auto committed = (*made)->commit(transaction_of(number++));
      if (!committed || !committed->committed) state.SkipWithError("not committed");
    }
  }
  fs::remove_all(pattern);
  state.SetLabel("a commit of the catalogue, synced");
}
BENCHMARK(commit)->UseRealTime();

}  // namespace
}  // namespace tandem::bench
