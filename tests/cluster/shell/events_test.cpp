// What happened is told: once, in order, with who and why; to people, to programs, and as it happens.
#include "tests/cluster/cluster_fixture.hpp"
#include "tests/support/local_cluster/terminal.hpp"

namespace tandem::test {
namespace {

using Events = FourNodes;

std::size_t count_of(const std::string& text, const std::string& wanted) {
  std::size_t count = 0;
  for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) ++count;
  return count;
}

TEST_F(Events, ANodeThatGoesAndComesBackIsTold) {
  EXPECT_EQ(cluster.tandem({"events"}).output, "");
  ASSERT_TRUE(succeeds({"write", "/f", "x"}));
  const auto victim = first_member_holding("f");
  cluster.kill(victim);
  for (int turn = 0; turn < 3; ++turn) ASSERT_TRUE(succeeds({"write", "/f", "y"}));
  const auto out = cluster.tandem({"events"}).output;
  EXPECT_EQ(count_of(out, "node out      " + cluster.address(victim) + ": "), 1U) << out;
  ASSERT_TRUE(cluster.restart(victim));
  ASSERT_TRUE(cluster.heals());
  const auto all = cluster.tandem({"events"}).output;
  EXPECT_EQ(all.find(out), 0U) << "what was told stays:\n" << all;
  EXPECT_EQ(count_of(all, "node back     " + cluster.address(victim)), 1U) << all;
  EXPECT_EQ(count_of(all, "node live     " + cluster.address(victim)), 1U) << all;
  EXPECT_EQ(count_of(cluster.tandem({"events", "--limit", "1"}).output, "\n"), 1U);
  const auto documents = cluster.tandem({"--json", "events"}).output;
  EXPECT_EQ(count_of(documents, "{\"schema\":1,\"sequence\":"), count_of(all, "\n")) << documents;
  EXPECT_NE(documents.find(R"("kind":"node_out","node":")" + cluster.address(victim)), std::string::npos);
}

TEST_F(Events, AreFollowedAsTheyHappen) {
  ASSERT_TRUE(succeeds({"write", "/f", "x"}));
  Terminal terminal(cluster.tandem_command({"events", "--follow"}));
  const auto victim = first_member_holding("f");
  cluster.kill(victim);
  EXPECT_TRUE(terminal.sees("node out      " + cluster.address(victim))) << terminal.everything();
  ASSERT_TRUE(cluster.restart(victim));
  EXPECT_TRUE(terminal.sees("node live     " + cluster.address(victim))) << terminal.everything();
  terminal.type("\x03");
  EXPECT_EQ(terminal.wait(std::chrono::seconds(20)), 130) << terminal.everything();
}

}  // namespace
}  // namespace tandem::test
