// A member is its data folder, not its address (I6): a folder that is empty, of another cluster, or an old
// state of the member's own is recognised when it answers, and never counted as holding what it lost.
#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

namespace fs = std::filesystem;
using Identity = FourNodes;

constexpr int exists = 11;
constexpr int unavailable = 20;

class IdentityOfANode : public Identity {
 protected:
  void write_files(const std::string& prefix, int count) {
    std::string script;
    for (int file = 0; file < count; ++file)
      script += "write " + path(prefix, file) + " " + text(prefix, file) + "\n";
    ASSERT_TRUE(succeeds({"run", "-"}, script));
  }
  void expect_files(const std::string& prefix, int count) {
    for (int file = 0; file < count; ++file) EXPECT_EQ(content(path(prefix, file)), text(prefix, file));
  }
  static std::string path(const std::string& prefix, int file) { return "/" + prefix + std::to_string(file); }
  static std::string text(const std::string& prefix, int file) { return prefix + "-" + std::to_string(file); }
  void wipe(std::size_t node) {
    cluster.kill(node);
    fs::remove_all(cluster.data_folder(node));
    fs::create_directories(cluster.data_folder(node));
  }
  void replace_data(std::size_t node, const fs::path& with) {
    fs::remove_all(cluster.data_folder(node));
    copy_with_attributes(with, cluster.data_folder(node));
  }
  // cp -a keeps hard links, times and attributes.
  static void copy_with_attributes(const fs::path& from, const fs::path& to) {
    const auto copied = run({.arguments = {"cp", "-a", from.string(), to.string()}});
    ASSERT_TRUE(copied.ok()) << describe(copied);
  }
};

TEST_F(IdentityOfANode, AWipedFolderIsRecognisedAndRefilledAfterReplace) {
  write_files("before", 12);
  ASSERT_TRUE(cluster.members_become_equal());
  wipe(1);
  ASSERT_TRUE(cluster.restart(1));
  expect_files("before", 12);
  write_files("meanwhile", 12);
  EXPECT_TRUE(fs::is_empty(cluster.data_folder(1) / "tree")) << "a stranger is given nothing";
  const auto healed = cluster.tandem({"heal"});
  EXPECT_NE(healed.output.find("another data folder"), std::string::npos) << describe(healed);
  EXPECT_NE(cluster.tandem({"status"}).output.find("foreign"), std::string::npos);

  ASSERT_TRUE(succeeds({"node", "replace", cluster.address(1)}));
  ASSERT_TRUE(cluster.heals());
  cluster.kill(0);
  expect_files("before", 12);
  expect_files("meanwhile", 12);
  const auto again = cluster.tandem({"node", "replace", cluster.address(1)});
  EXPECT_EQ(again.status, exists) << describe(again);
}

TEST_F(IdentityOfANode, AWipedFolderMayComeBackAtAnotherAddress) {
  write_files("f", 8);
  ASSERT_TRUE(cluster.members_become_equal());
  cluster.kill(3);
  fs::remove_all(cluster.data_folder(3));
  LocalCluster spare{{.nodes = 1, .members_per_pair = 1}};
  ASSERT_TRUE(spare.start());
  ASSERT_TRUE(succeeds({"node", "replace", cluster.address(3), "--with", spare.address(0)}));
  const auto healed = cluster.tandem({"heal"});
  ASSERT_TRUE(healed.ok()) << describe(healed);
  EXPECT_EQ(cluster.tandem({"status"}).status, 0);
  cluster.kill(2);
  expect_files("f", 8);
}

TEST_F(IdentityOfANode, ReplaceIsRefusedWhileTheOtherMemberMissesSomething) {
  write_files("f", 4);
  ASSERT_TRUE(cluster.members_become_equal());
  cluster.kill(0);
  write_files("g", 4);  // node 0 misses two of them
  wipe(1);
  ASSERT_TRUE(cluster.restart(0));
  ASSERT_TRUE(cluster.restart(1));
  const auto refused = cluster.tandem({"node", "replace", cluster.address(1)});
  EXPECT_EQ(refused.status, unavailable) << describe(refused);
  EXPECT_NE(refused.errors.find(cluster.address(0)), std::string::npos) << refused.errors;
  EXPECT_NE(refused.errors.find("--accept-loss"), std::string::npos) << refused.errors;
  ASSERT_TRUE(succeeds({"node", "replace", cluster.address(1), "--accept-loss"}));
  (void)cluster.tandem({"heal"});
  expect_files("f", 4);
}

TEST_F(IdentityOfANode, ReplaceIsRefusedWhereTheOtherMemberWasWipedAndNobodyHasNoticed) {
  write_files("f", 4);
  ASSERT_TRUE(cluster.members_become_equal());
  LocalCluster spare{{.nodes = 1, .members_per_pair = 1}};
  ASSERT_TRUE(spare.start());
  wipe(0);
  ASSERT_TRUE(cluster.restart(0));
  const auto refused = cluster.tandem({"node", "replace", cluster.address(1), "--with", spare.address(0)});
  EXPECT_EQ(refused.status, unavailable) << describe(refused);
  EXPECT_NE(refused.errors.find(cluster.address(0)), std::string::npos) << refused.errors;
  expect_files("f", 4);
}

TEST_F(IdentityOfANode, AFolderOfAnotherClusterIsRefused) {
  LocalCluster other;
  ASSERT_TRUE(other.start_and_init());
  const auto refused = cluster.tandem({"node", "replace", cluster.address(0), "--with", other.address(0)});
  EXPECT_EQ(refused.status, exists) << describe(refused);
  EXPECT_NE(refused.errors.find("another cluster"), std::string::npos) << refused.errors;
  const auto own = cluster.tandem({"node", "replace", cluster.address(0), "--with", cluster.address(1)});
  EXPECT_EQ(own.status, exists) << describe(own);
  EXPECT_EQ(cluster.tandem({"status"}).status, 0);
}

TEST_F(IdentityOfANode, AnOldBackupOfItsOwnIsComparedAndBroughtUpToDate) {
  write_files("old", 8);
  ASSERT_TRUE(cluster.members_become_equal());
  const TemporaryFolder backup;
  ASSERT_TRUE(cluster.stop(1));
  copy_with_attributes(cluster.data_folder(1), backup.path() / "node");
  ASSERT_TRUE(cluster.restart(1));
  ASSERT_TRUE(cluster.heals());
  std::string changes;
  for (int file = 0; file < 8; file += 2) changes += "write /old" + std::to_string(file) + " changed\n";
  changes += "rm /old1\nmv /old3 /moved\n";
  ASSERT_TRUE(succeeds({"run", "-"}, changes));
  ASSERT_TRUE(cluster.members_become_equal());
  ASSERT_TRUE(cluster.stop(1));
  replace_data(1, backup.path() / "node");
  ASSERT_TRUE(cluster.restart(1));

  for (int round = 0; round < 4; ++round) {
    for (int file = 0; file < 8; file += 2) EXPECT_EQ(content("/old" + std::to_string(file)), "changed");
  }
  ASSERT_TRUE(cluster.heals());
  cluster.kill(0);
  for (int file = 0; file < 8; file += 2) EXPECT_EQ(content("/old" + std::to_string(file)), "changed");
  EXPECT_EQ(content("/moved"), "old-3");
  EXPECT_EQ(cluster.tandem({"stat", "/old1"}).status, 10);
}

}  // namespace
}  // namespace tandem::test
