// How soon the nodes are told what a client has changed, in the world's own time: exact on any machine.
#include <gtest/gtest.h>

#include <optional>
#include <set>

#include "tests/sim/world/world.hpp"

namespace tandem::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Settling : public testing::TestWithParam<std::uint64_t> {
 protected:
  // A client that stays does `body` in a cluster of one pair.
  void do_in_a_world(const World::Body& body) {
    WorldSettings settings;
    settings.pairs = 1;
    std::optional<World> world;
    const RunReport report = scheduler_.run([&] {
      world_ = &world.emplace(scheduler_, settings);
      ASSERT_TRUE(world->build());
      Client& client = world->start_client("client", gateway::Store::Lifetime::lasting, body);
      EXPECT_TRUE(world->wait_until([&] { return client.finished; }, seconds(60)));
    });
    EXPECT_FALSE(report.failure) << *report.failure;
  }

  std::size_t objects_shown() {
    std::size_t count = 0;
    for (const auto& node : world_->nodes()) {
      count += world_->ledger().holding_of(node->identity().node).objects.size();
    }
    return count;
  }

  Scheduler scheduler_{GetParam()};
  World* world_ = nullptr;
};

TEST_P(Settling, BringsAChangeToTheTreeWithin100MillisecondsThoughNobodyWaitsForIt) {
  do_in_a_world([&](Client&, gateway::Store& store) {
    ASSERT_TRUE(store.write("/file", "some bytes", {}).ok());
    const Instant answered = scheduler_.now();
    while (objects_shown() < 2 && scheduler_.now() < answered + seconds(1))
      scheduler_.sleep_until(scheduler_.now() + milliseconds(1));
    EXPECT_LE(scheduler_.now() - answered, milliseconds(100));
  });
}

TEST_P(Settling, IsNotPutOffForCompanyWhereSomebodyWaitsForIt) {
  do_in_a_world([&](Client& client, gateway::Store& store) {
    ASSERT_TRUE(store.write("/file", "some bytes", {}).ok());
    const Instant answered = scheduler_.now();
    EXPECT_TRUE(store.drain_settles(client.process->now() + seconds(1)));
    EXPECT_LT(scheduler_.now() - answered, milliseconds(25));
    EXPECT_EQ(objects_shown(), 2U);
  });
}

// Each call to a node shows all its files at once: what is seen between two changes tells the calls apart.
TEST_P(Settling, TellsANodeTogetherWhatIsChangedWithin30Milliseconds) {
  do_in_a_world([&](Client&, gateway::Store& store) {
    constexpr int changes = 20;
    std::set<std::size_t> seen;
    const Instant begun = scheduler_.now();
    for (int number = 0; number < changes; ++number) {
      ASSERT_TRUE(store.write("/file" + std::to_string(number), "some bytes", {}).ok());
      seen.insert(objects_shown());
    }
    const auto gatherings = static_cast<std::size_t>((scheduler_.now() - begun) / milliseconds(30));
    EXPECT_LE(seen.size(), 1 + 2 * (gatherings + 1)) << "two nodes";
  });
}

INSTANTIATE_TEST_SUITE_P(Seeds, Settling, testing::Range<std::uint64_t>(1, 21));

}  // namespace
}  // namespace tandem::sim
