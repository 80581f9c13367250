#include <memory>
#include <thread>

#include "bench/wire/daemon.hpp"
#include "bench/wire/rows.hpp"
#include "bench/wire/wire_client.hpp"
#include "bench/workloads/processes.hpp"
#include "protocol/contract/limits.hpp"

namespace tandem::bench {
namespace {

constexpr std::size_t content_bytes = 4 << 20;
constexpr double base_mib = 32;
constexpr double connection_mib = 64.0 / 1024;

// Each connection stages a content and reads it back, over and over, all at the same time.
void transfer(const Daemon& daemon, int number) {
  const auto id = object_number(static_cast<std::uint8_t>(number + 1));
  WireClient client(daemon.port());
  const std::string content(content_bytes, 'x');
  for (std::uint64_t round = 1; round <= 3; ++round) {
    client.send(daemon.put_head(id, {1, round}, content.size()) + content);
    client.take_reply();
    client.send(daemon.get(id, {1, round}, 0, content.size()));
    client.take_reply();
  }
}

}  // namespace

void measure_memory(const WireOptions& options) {
  for (const int connections : {1, 128}) {
    Row row;
    row.name = "wire_memory_" + std::to_string(connections);
    if (!options.wanted(row.name)) continue;
    row.title = "memory of a node, " + std::to_string(connections) +
                (connections == 1 ? " connection" : " connections") + " transferring";
    row.unit = "MiB";
    row.better = Better::lower;
    row.conditions = {{"transfers", "PUT of 4 MiB, then GET of it, three times on each connection"},
                      {"limit", "32 MiB, and 64 KiB a connection"}};
    row.target = Target{Target::Against::value, base_mib + connection_mib * connections, {}};
    for (int run = 0; run < options.pairs; ++run) {
      const Daemon daemon(options.storaged, -1);
      std::vector<std::thread> threads;
      threads.reserve(static_cast<std::size_t>(connections));
      for (int i = 0; i < connections; ++i) threads.emplace_back([&daemon, i] { transfer(daemon, i); });
      for (auto& thread : threads) thread.join();
      row.samples.push_back(peak_memory_mib(daemon.process()));
    }
    print(row);
  }
}

}  // namespace tandem::bench
