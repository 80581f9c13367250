// What the catalogue in memory offers beyond the interface: a simulation's hold on its clients.
#include <algorithm>

#include "tests/contract/catalogue/engines.hpp"
#include "tests/support/memory_catalogue/memory_catalogue.hpp"

namespace tandem::gateway {
namespace {

using namespace std::chrono_literals;
using support::CatalogueCall;

// A clock that moves when it is told to.
class SteppedRuntime final : public Runtime {
 public:
  Instant now() override { return now_; }
  WallTime wall_now() override { return 0; }
  void sleep_until(Instant wake_up) override { now_ = std::max(now_, wake_up); }
  void fill_random(std::span<std::byte> out) override { std::ranges::fill(out, std::byte{1}); }
  std::unique_ptr<Signal> make_signal() override { return system_.make_signal(); }
  std::unique_ptr<Task> spawn(std::string name, std::function<void()> body) override {
    return system_.spawn(std::move(name), std::move(body));
  }

 private:
  protocol::SystemRuntime system_;
  Instant now_{1h};
};

class MemoryClientTest : public testing::Test {
 protected:
  static Transaction put(const std::string& key) {
    return {{Condition::absent(key)}, {Change::put(key, "")}};
  }
  static bool is_dead(Catalogue& catalogue, SessionId session) {
    auto dead = catalogue.dead_sessions();
    return dead.ok() && std::ranges::find(*dead, session) != dead->end();
  }

  SteppedRuntime runtime_;
  support::MemoryCatalogue catalogue_{runtime_};
};

TEST_F(MemoryClientTest, ARefusedCallDoesNotHappenAndALostAnswerDoes) {
  bool refuses = false;
  bool loses = false;
  const auto client = catalogue_.connect({
      [&](CatalogueCall) {
        return refuses ? Status(Error{Code::unavailable, "cut off"}) : success();
      },
      [&](CatalogueCall) {
        return loses ? Status(Error{Code::outcome_unknown, "lost"}) : success();
      },
  });
  refuses = true;
  EXPECT_EQ(client->commit(put("a")).code(), Code::unavailable);
  refuses = false;
  loses = true;
  EXPECT_EQ(client->commit(put("b")).code(), Code::outcome_unknown);
  loses = false;
  EXPECT_FALSE(client->get("a").value().has_value());
  EXPECT_TRUE(client->get("b").value().has_value());
}

TEST_F(MemoryClientTest, AKilledClientsSessionIsDeadAtOnceAndItsCallsFail) {
  const auto survivor = catalogue_.connect();
  const auto victim = catalogue_.connect();
  auto session = victim->open_session(10s, "victim");
  ASSERT_TRUE(session.ok());
  const SessionId id = (*session)->id();
  EXPECT_FALSE(is_dead(*survivor, id));
  victim->kill();
  EXPECT_TRUE(is_dead(*survivor, id));
  EXPECT_FALSE((*session)->valid());
  EXPECT_EQ(victim->commit(put("a")).code(), Code::unavailable);
  session->reset();
  EXPECT_TRUE(is_dead(*survivor, id));
  ASSERT_TRUE(survivor->end_session(id).ok());
  EXPECT_TRUE(catalogue_.entries().empty());
}

TEST_F(MemoryClientTest, AFrozenClientLosesItsSessionAfterTheLease) {
  const auto survivor = catalogue_.connect();
  const auto frozen = catalogue_.connect();
  auto session = frozen->open_session(10s, "frozen");
  const SessionId id = (*session)->id();
  frozen->freeze();
  runtime_.sleep_until(runtime_.now() + 9s);
  EXPECT_FALSE((*session)->valid());
  EXPECT_FALSE(is_dead(*survivor, id));
  frozen->thaw();
  EXPECT_TRUE((*session)->valid());
  frozen->freeze();
  runtime_.sleep_until(runtime_.now() + 10s);
  EXPECT_TRUE(is_dead(*survivor, id));
  ASSERT_TRUE(survivor->end_session(id).ok());
  frozen->thaw();
  EXPECT_FALSE((*session)->valid());
  EXPECT_FALSE(
      frozen->commit({{(*session)->condition(), Condition::absent("k")}, {Change::put("k", "")}})->committed);
}

TEST_F(MemoryClientTest, AShortHistoryResets) {
  support::MemoryCatalogue forgetful(runtime_, 3, 2);
  const auto client = forgetful.connect();
  const Revision first = client->commit(put("a"))->revision;
  EXPECT_EQ(epoch_of(first), 3);
  client->commit(put("b")).value();
  client->commit(put("c")).value();
  EXPECT_EQ(client->history(first)->keys, (std::vector<std::string>{"b", "c"}));
  client->commit(put("d")).value();
  EXPECT_TRUE(client->history(first)->reset);
}

}  // namespace
}  // namespace tandem::gateway
