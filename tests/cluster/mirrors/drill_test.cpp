// `tandem drill` breaks what it is asked to, and nothing that could not be mended.
#include <csignal>

#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

constexpr int usage_status = 64;
constexpr int unavailable_status = 20;
constexpr int not_found_status = 10;
constexpr int unsupported_status = 23;

class Drill : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(cluster.start_and_init());
    ASSERT_TRUE(cluster.tandem({"write", "/a", content}).ok());
    ASSERT_TRUE(cluster.members_become_equal());
  }
  Outcome drill(const std::string& action) {
    return cluster.tandem({"drill", action, cluster.address(0), "--yes"});
  }

  const std::string content = std::string(5000, 'a');
  LocalCluster cluster{{.nodes = 2}};
};

TEST_F(Drill, WithoutYesNothingHappens) {
  for (const std::string action : {"kill", "freeze", "flip-bit", "wipe"}) {
    const auto refused = cluster.tandem({"drill", action, cluster.address(0)});
    EXPECT_EQ(refused.status, usage_status) << describe(refused);
    EXPECT_NE(refused.errors.find("--yes"), std::string::npos) << refused.errors;
  }
  EXPECT_EQ(cluster.tandem({"drill", "kill", "127.0.0.1:1", "--yes"}).status, not_found_status);
  EXPECT_EQ(cluster.tandem({"status"}).status, 0);
}

TEST_F(Drill, OfTheLastGoodCopyIsRefused) {
  ASSERT_TRUE(cluster.stop(1));
  ASSERT_TRUE(cluster.tandem({"write", "/b", "only on one"}).ok());
  for (const std::string action : {"kill", "freeze", "flip-bit", "wipe"})
    EXPECT_EQ(drill(action).status, unavailable_status) << action;
  EXPECT_EQ(cluster.tandem({"read", "/b"}).output, "only on one");
  ASSERT_TRUE(cluster.restart(1));
  EXPECT_TRUE(cluster.heals());
}

TEST_F(Drill, KillEndsTheDaemonAndReadsGoOn) {
  const auto killed = drill("kill");
  ASSERT_TRUE(killed.ok()) << describe(killed);
  EXPECT_EQ(cluster.tandem({"read", "/a"}).output, content);
  EXPECT_NE(cluster.tandem({"status"}).status, 0);
  EXPECT_EQ(drill("kill").status, unsupported_status) << "its process is not known any longer";
  ASSERT_TRUE(cluster.restart(0));
  EXPECT_TRUE(cluster.heals());
}

TEST_F(Drill, FreezeThawsAfterItsTimeAndOnCtrlC) {
  const auto frozen = cluster.tandem({"drill", "freeze", cluster.address(0), "--seconds", "2", "--yes"});
  EXPECT_TRUE(frozen.ok()) << describe(frozen);
  EXPECT_GE(frozen.duration, std::chrono::seconds(2));
  EXPECT_TRUE(cluster.heals());

  Child longer(cluster.tandem_command({"drill", "freeze", cluster.address(0), "--seconds", "200", "--yes"}));
  ASSERT_TRUE(wait_until([&] { return cluster.tandem({"status"}).status != 0; }));
  EXPECT_EQ(cluster.tandem({"read", "/a"}).output, content);
  longer.signal(SIGINT);
  EXPECT_TRUE(longer.wait(std::chrono::seconds(10)));
  EXPECT_TRUE(cluster.heals());
}

TEST_F(Drill, AFlippedBitIsFoundAndMended) {
  const auto flipped = drill("flip-bit");
  ASSERT_TRUE(flipped.ok()) << describe(flipped);
  EXPECT_NE(content_of_file(cluster.tree(0) / "a"), content);
  const auto reads = cluster.tandem({"--set", "read.hedge=0", "run", "-"}, "read /a\nread /a\n");
  EXPECT_EQ(reads.output, content + content);
  EXPECT_TRUE(cluster.heals());
  EXPECT_EQ(content_of_file(cluster.tree(0) / "a"), content);
}

TEST_F(Drill, AWipedFolderIsFilledAgainAfterReplace) {
  const auto wiped = drill("wipe");
  ASSERT_TRUE(wiped.ok()) << describe(wiped);
  EXPECT_TRUE(std::filesystem::is_empty(cluster.data_folder(0)));
  ASSERT_TRUE(cluster.restart(0));
  const auto replaced = cluster.tandem({"node", "replace", cluster.address(0)});
  ASSERT_TRUE(replaced.ok()) << describe(replaced);
  EXPECT_TRUE(cluster.heals());
  EXPECT_EQ(content_of_file(cluster.tree(0) / "a"), content);
}

}  // namespace
}  // namespace tandem::test
