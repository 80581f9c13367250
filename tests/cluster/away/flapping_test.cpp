// A member that comes and goes does not make the cluster flap.
#include <csignal>

#include "tests/cluster/away/flapping_fixture.hpp"

namespace tandem::test {
namespace {

TEST_F(Flapping, MemberIsLetInOnceAndThenKeptOutUntilItStays) {
  std::string script;
  for (int turn = 0; turn < 20'000; ++turn) {
    script += "write /lasting" + std::to_string(turn % 10) + " turn" + std::to_string(turn) + "\n";
  }
  Child lasting_user(cluster.tandem_command({"run", "-"}, script));
  User user(cluster);
  ASSERT_TRUE(wait_until([&] { return user.turns() > 2; }));

  if (flap(6, std::chrono::milliseconds(500)) > first_wait)
    GTEST_SKIP() << "this machine is too busy to flap on";
  cluster.kill(1);
  EXPECT_LE(events("node_out"), 2U) << all_events();
  EXPECT_LE(events("node_back"), 1U) << all_events();
  EXPECT_LE(events("node_live"), 1U) << all_events();

  const auto out_before = events("node_out");
  const auto back_before = events("node_back");
  ASSERT_TRUE(cluster.restart(1));
  const auto stays_since = Clock::now();
  ASSERT_TRUE(wait_until([&] { return events("node_back") > back_before; })) << all_events();
  EXPECT_GE(Clock::now() - stays_since, first_wait) << "it was let in before it had stayed";
  EXPECT_TRUE(wait_until([&] { return cluster.tandem({"status"}).ok(); })) << all_events();
  EXPECT_EQ(events("node_out"), out_before) << all_events();
  EXPECT_EQ(events("node_back"), back_before + 1) << all_events();

  user.end();
  EXPECT_EQ(user.trouble(), "");
  EXPECT_TRUE(lasting_user.running()) << lasting_user.errors();
  lasting_user.signal(SIGTERM);
  ASSERT_TRUE(lasting_user.wait(std::chrono::seconds(10)));
  EXPECT_TRUE(cluster.heals());
}

}  // namespace
}  // namespace tandem::test
