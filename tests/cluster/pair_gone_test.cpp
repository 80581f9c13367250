// Both members of a pair gone: what only they hold cannot be read, and the message names them; everything
// else goes on.
#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

using PairGone = FourNodes;

constexpr int unavailable = 20;
constexpr int down = 3;

TEST_F(PairGone, IsNamedWhileTheOtherPairGoesOn) {
  std::string script;
  for (int file = 0; file < 8; ++file)
    script += "write /f" + std::to_string(file) + " text" + std::to_string(file) + "\n";
  ASSERT_TRUE(succeeds({"run", "-"}, script));
  ASSERT_TRUE(cluster.members_become_equal());
  cluster.kill(0);
  cluster.kill(1);

  int unreadable = 0;
  for (int file = 0; file < 8; ++file) {
    const auto name = "f" + std::to_string(file);
    const auto outcome = cluster.tandem({"read", "/" + name});
    EXPECT_FALSE(outcome.timed_out);
    if (std::filesystem::exists(cluster.tree(2) / name)) {
      EXPECT_TRUE(outcome.ok()) << describe(outcome);
      EXPECT_EQ(outcome.output, "text" + std::to_string(file));
      continue;
    }
    ++unreadable;
    EXPECT_EQ(outcome.status, unavailable) << describe(outcome);
    EXPECT_EQ(outcome.output, "");
    EXPECT_NE(outcome.errors.find(cluster.address(0)), std::string::npos) << outcome.errors;
    EXPECT_NE(outcome.errors.find(cluster.address(1)), std::string::npos) << outcome.errors;
  }
  EXPECT_EQ(unreadable, 4);
  for (int file = 0; file < 4; ++file) {
    EXPECT_TRUE(succeeds({"write", "/new" + std::to_string(file), "placed on the living pair"}));
  }
  const auto status = cluster.tandem({"status"});
  EXPECT_EQ(status.status, down) << describe(status);
  EXPECT_NE(status.output.find("down"), std::string::npos) << status.output;

  ASSERT_TRUE(cluster.restart(0));
  ASSERT_TRUE(cluster.restart(1));
  EXPECT_TRUE(cluster.ends_as_the_catalogue_says());
  for (int file = 0; file < 8; ++file)
    EXPECT_EQ(content("/f" + std::to_string(file)), "text" + std::to_string(file));
}

TEST_F(PairGone, EveryNodeGoneIsAClearErrorAndNothingCrashes) {
  ASSERT_TRUE(succeeds({"write", "/f", "text"}));
  for (std::size_t node = 0; node < cluster.nodes(); ++node) cluster.kill(node);
  const auto read = cluster.tandem({"read", "/f"});
  EXPECT_EQ(read.status, unavailable) << describe(read);
  const auto write = cluster.tandem({"write", "/g", "text"});
  EXPECT_EQ(write.status, unavailable) << describe(write);
  EXPECT_TRUE(succeeds({"ls", "/"})) << "names are the catalogue's";
  EXPECT_EQ(cluster.tandem({"status"}).status, down);
  for (std::size_t node = 0; node < cluster.nodes(); ++node) ASSERT_TRUE(cluster.restart(node));
  EXPECT_TRUE(cluster.ends_as_the_catalogue_says());
  EXPECT_EQ(content("/f"), "text");
  EXPECT_EQ(cluster.tandem({"stat", "/g"}).status, 10);
}

}  // namespace
}  // namespace tandem::test
