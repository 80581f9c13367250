// The SQLite engine under several processes that die and hang.
#include <algorithm>
#include <chrono>
#include <csignal>

#include "gateway/catalogue/sqlite/gate.hpp"
#include "tests/contract/catalogue/engines.hpp"
#include "tests/contract/catalogue/kill_rounds.hpp"
#include "tests/contract/catalogue/temporary_database.hpp"
#include "tests/contract/catalogue/worker_process.hpp"

namespace tandem::gateway {
namespace {

using namespace std::chrono_literals;

class CatalogueProcesses : public testing::Test {
 protected:
  bool is_dead(Catalogue& catalogue, SessionId session) {
    auto dead = catalogue.dead_sessions();
    EXPECT_TRUE(dead.ok());
    return dead.ok() && std::ranges::find(*dead, session) != dead->end();
  }
  static bool has(Catalogue& catalogue, const std::string& key) {
    auto entry = catalogue.get(key);
    EXPECT_TRUE(entry.ok());
    return entry.ok() && *entry;
  }

  protocol::SystemRuntime runtime_;
  TemporaryDatabase database_{runtime_};
};

TEST_F(CatalogueProcesses, WritersKilledAtAnyMomentLoseNothingAcknowledged) {
  kill_writers(30, 1);
}

TEST_F(CatalogueProcesses, TheSessionOfAKilledProcessIsDeadAtOnce) {
  const auto catalogue = database_.open();
  WorkerProcess owner({"session", database_.path(), "60000"});
  const auto line = owner.line();
  ASSERT_TRUE(line);
  const SessionId session = std::stoull(*line);
  EXPECT_FALSE(is_dead(*catalogue, session));
  EXPECT_TRUE(has(*catalogue, "held/" + *line));
  owner.kill();
  EXPECT_TRUE(is_dead(*catalogue, session));
  ASSERT_TRUE(catalogue->end_session(session).ok());
  EXPECT_FALSE(has(*catalogue, "held/" + *line));
  EXPECT_FALSE(is_dead(*catalogue, session));
  EXPECT_TRUE(boost::filesystem::is_empty(database_.path() + ".sessions"));
}

TEST_F(CatalogueProcesses, AHungOwnerLosesItsSessionAfterTheLeaseAndIsFencedWhenItWakes) {
  const auto catalogue = database_.open();
  WorkerProcess owner({"session", database_.path(), "500"});
  const auto line = owner.line();
  ASSERT_TRUE(line);
  const SessionId session = std::stoull(*line);
  owner.signal(SIGSTOP);
  const Instant stopped = runtime_.now();
  EXPECT_TRUE(eventually([&] { return is_dead(*catalogue, session); }));
  EXPECT_GT(runtime_.now() - stopped, 300ms);  // a lease, counted from its last beat
  ASSERT_TRUE(catalogue->end_session(session).ok());
  owner.signal(SIGCONT);
  EXPECT_EQ(owner.line(), "lost");
  EXPECT_EQ(owner.line(), "fenced");
}

TEST_F(CatalogueProcesses, AHungHolderOfTheGateIsNamedAndReadersGoOn) {
  const auto catalogue = database_.open();
  WorkerProcess holder({"gate", database_.path()});
  ASSERT_EQ(holder.line(), "held");
  holder.signal(SIGSTOP);
  const std::string pid = "pid " + std::to_string(holder.pid());
  const CatalogueHealth health = catalogue->health();
  EXPECT_FALSE(health.writable);
  EXPECT_NE(health.detail.find(pid), std::string::npos) << health.detail;
  EXPECT_TRUE(catalogue->get("k").ok());
  EXPECT_TRUE(database_.open());

  const Instant before = runtime_.now();
  auto refused = catalogue->commit({{Condition::absent("k")}, {Change::put("k", "")}});
  EXPECT_EQ(refused.code(), Code::unavailable);
  EXPECT_NE(refused.error().cause.find(pid), std::string::npos) << refused.error().cause;
  EXPECT_LT(runtime_.now() - before, 15s);
  holder.kill();
  EXPECT_TRUE(catalogue->commit({{Condition::absent("k")}, {Change::put("k", "")}}).ok());
  EXPECT_TRUE(catalogue->health().writable);
}

TEST_F(CatalogueProcesses, ACommitWaitingForTheGateGoesOnSoonAfterItsHolderDies) {
  const auto catalogue = database_.open();
  auto holder = std::make_unique<WorkerProcess>(std::vector<std::string>{"gate", database_.path()});
  ASSERT_EQ(holder->line(), "held");
  auto killing = runtime_.spawn("killer", [&] {
    runtime_.sleep_until(runtime_.now() + 100ms);
    holder->kill();
  });
  const Instant before = runtime_.now();
  EXPECT_TRUE(catalogue->commit({{Condition::absent("k")}, {Change::put("k", "")}}).ok());
  EXPECT_LT(runtime_.now() - before, 5s);
}

TEST_F(CatalogueProcesses, AFullDiskIsRefusedWholeAndGoesOnWhenThereIsSpace) {
  WorkerProcess worker({"full", database_.folder().string()});
  const auto first = worker.line();
  if (first == "cannot mount here") GTEST_SKIP() << "no right to mount a small file system";
  EXPECT_EQ(first, "stopped by no_space");
  for (const char* expected : {"not writable", "all there", "goes on", "healthy", "coherent"}) {
    EXPECT_EQ(worker.line(), expected);
  }
}

}  // namespace
}  // namespace tandem::gateway
