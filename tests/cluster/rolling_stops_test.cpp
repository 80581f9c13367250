// Servers stop, come back, and stop again with changes in between: every copy is good in the end, and no
// stale one is ever taken for the truth.
#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

constexpr int at_risk = 2;
constexpr int down = 3;

// Four copies of each file: stop two servers, put, restart one, put, restart the other, get.
TEST(FourCopies, AreAllGoodAfterStopsPutsAndRestarts) {
  ClusterOptions options;
  options.members_per_pair = 4;
  LocalCluster cluster(options);
  ASSERT_TRUE(cluster.start_and_init());
  const auto put = [&](const std::string& path, const std::string& text) {
    const auto outcome = cluster.tandem({"write", path, text});
    EXPECT_TRUE(outcome.ok()) << describe(outcome);
  };
  put("/a", "first");
  ASSERT_TRUE(cluster.stop(0));
  ASSERT_TRUE(cluster.stop(1));
  put("/a", "second");
  put("/b", "made while two were away");
  ASSERT_TRUE(cluster.restart(0));
  put("/a", "third");
  put("/c", "made while one was away");
  ASSERT_TRUE(cluster.restart(1));
  EXPECT_EQ(cluster.tandem({"read", "/a"}).output, "third");
  EXPECT_EQ(cluster.tandem({"read", "/b"}).output, "made while two were away");
  EXPECT_TRUE(cluster.ends_as_the_catalogue_says());
  for (std::size_t node = 0; node < 4; ++node) {
    EXPECT_EQ(content_of_file(cluster.tree(node) / "a"), "third") << node;
    EXPECT_EQ(content_of_file(cluster.tree(node) / "b"), "made while two were away") << node;
    EXPECT_EQ(content_of_file(cluster.tree(node) / "c"), "made while one was away") << node;
  }
}

// The order that splits mirrors without an arbiter: A down, write, A up and B down, write, both up.
TEST_F(FourNodes, NeverSplitWhenMembersAreAwayInTurns) {
  const auto expect_status = [&](int verdict, const std::string& reason) {
    const auto status = cluster.tandem({"status"});
    EXPECT_EQ(status.status, verdict) << status.output;
    EXPECT_NE(status.output.find(reason), std::string::npos) << status.output;
  };
  ASSERT_TRUE(succeeds({"write", "/f", "first"}));
  const auto left = first_member_holding("f");
  const auto right = left + 1;
  cluster.kill(left);
  ASSERT_TRUE(succeeds({"write", "/f", "second"}));
  cluster.kill(right);
  ASSERT_TRUE(cluster.restart(left));
  const auto stale = cluster.tandem({"read", "/f"});
  EXPECT_FALSE(stale.ok()) << "the stale copy was taken for the truth";
  EXPECT_EQ(stale.output, "");
  EXPECT_NE(stale.errors.find(cluster.address(right)), std::string::npos)
      << "the message names who could help: " << stale.errors;
  expect_status(down, "cannot be read: the members that hold the present bytes cannot be reached");
  EXPECT_TRUE(succeeds({"write", "/f", "third"})) << "a whole replacement needs no old bytes";
  expect_status(at_risk, cluster.address(right) + " of p");
  EXPECT_EQ(content("/f"), "third");
  ASSERT_TRUE(cluster.restart(right));
  EXPECT_TRUE(cluster.ends_as_the_catalogue_says());
  EXPECT_EQ(content("/f"), "third");
  EXPECT_EQ(content_of_file(cluster.tree(left) / "f"), "third");
  EXPECT_EQ(content_of_file(cluster.tree(right) / "f"), "third");
}

TEST_F(FourNodes, DoNotBringBackWhatWasRemovedWhileOneWasAway) {
  ASSERT_TRUE(succeeds({"mkdir", "/d"}));
  ASSERT_TRUE(succeeds({"write", "/d/f", "old"}));
  const auto away = first_member_holding("d/f");
  ASSERT_TRUE(cluster.stop(away));
  ASSERT_TRUE(succeeds({"rm", "/d/f"}));
  ASSERT_TRUE(succeeds({"rm", "/d"}));
  ASSERT_TRUE(succeeds({"mkdir", "/d"}));
  ASSERT_TRUE(cluster.restart(away));
  EXPECT_TRUE(cluster.ends_as_the_catalogue_says());
  EXPECT_EQ(cluster.tandem({"ls", "/d"}).output, "");
  EXPECT_FALSE(std::filesystem::exists(cluster.tree(away) / "d/f"));
}

}  // namespace
}  // namespace tandem::test
