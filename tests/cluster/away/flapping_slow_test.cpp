// Each outage within a while keeps a member out for twice as long.
#include "tests/cluster/away/flapping_fixture.hpp"

namespace tandem::test {
namespace {

TEST_F(Flapping, MemberStaysOutLongerEachTime) {
  User user(cluster);
  for (const int wait : {0, 2, 4, 8}) {
    const auto back_before = events("node_back");
    cluster.kill(1);
    ASSERT_TRUE(wait_until([&] { return is_out(); }));
    ASSERT_TRUE(cluster.restart(1));
    const auto stays_since = Clock::now();
    ASSERT_TRUE(wait_until([&] { return events("node_back") > back_before; })) << all_events();
    EXPECT_GE(Clock::now() - stays_since, std::chrono::seconds(wait)) << all_events();
    ASSERT_TRUE(wait_until([&] { return cluster.tandem({"status"}).ok(); })) << all_events();
  }
  user.end();
  EXPECT_EQ(user.trouble(), "");
  EXPECT_EQ(events("node_out"), 4U) << all_events();
  EXPECT_EQ(events("node_live"), 4U) << all_events();
  EXPECT_TRUE(cluster.heals());
}

}  // namespace
}  // namespace tandem::test
