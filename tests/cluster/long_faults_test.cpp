// Many failures in a row, of changing nodes and in changing ways, under a client that never stops.
#include <random>

#include "tests/cluster/cluster_fixture.hpp"
#include "tests/cluster/journal.hpp"

namespace tandem::test {
namespace {

using LongFaults = FourNodes;

constexpr int rounds = 12;

Journal work_of_round(int round) {
  Journal journal;
  const auto at = "/r" + std::to_string(round);
  journal.mkdir(at);
  for (int number = 0; number < 120; ++number) {
    const auto path = at + "/f" + std::to_string(number);
    journal.write(path, std::string(static_cast<std::size_t>(number) * 100 + 1, 'x'));
    if (number % 2 == 0) journal.append(path, "tail");
    const auto name = number % 3 == 0 ? path + "-moved" : path;
    if (name != path) journal.mv(path, name);
    if (number % 7 == 1) journal.rm(name);
  }
  journal.mv(at, at + "-done");
  return journal;
}

// One member at a time is away: killed, stopped in order, or frozen.
TEST_F(LongFaults, OneMemberAfterTheOtherFailsAndNothingIsLost) {
  std::mt19937 chance(77);
  const TemporaryFolder model;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    const auto journal = work_of_round(round);
    const auto victim = chance() % cluster.nodes();
    const auto way = round % 3;
    Child client(cluster.tandem_command({"run", "-"}, journal.script()));
    const auto sign = "/r" + std::to_string(round) + "/f" + std::to_string(chance() % 100);
    wait_until([&] { return cluster.tandem({"stat", sign}).ok() || !client.running(); });
    if (way == 0) cluster.kill(victim);
    if (way == 1) {
      EXPECT_TRUE(cluster.stop(victim));
    }
    if (way == 2) cluster.freeze(victim);
    EXPECT_EQ(client.wait(std::chrono::seconds(180)), 0) << client.errors();
    journal.apply_to(model.path());
    const auto done = "r" + std::to_string(round) + "-done";
    EXPECT_TRUE(holds("/" + done, model.path() / done));
    if (way == 2) {
      cluster.thaw(victim);
    } else {
      ASSERT_TRUE(cluster.restart(victim));
    }
    ASSERT_TRUE(cluster.heals());
  }
  for (int round = 0; round < rounds; ++round) {
    const auto done = "r" + std::to_string(round) + "-done";
    EXPECT_TRUE(holds("/" + done, model.path() / done));
  }
}

}  // namespace
}  // namespace tandem::test
