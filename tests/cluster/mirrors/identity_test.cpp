// A member is its data folder, not its address (I6): a folder that is empty, of another cluster, the other
// member's, or an old state of the member's own is recognised when it answers, and never counted as holding
// what it lost.
#include <sys/stat.h>

#include <map>

#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

namespace fs = std::filesystem;
using Identity = FourNodes;

constexpr int at_risk = 2;  // of some contents there is one copy only
constexpr int not_found = 10;
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
  const auto status = cluster.tandem({"status"});
  EXPECT_EQ(status.status, at_risk) << describe(status);
  EXPECT_NE(status.output.find("foreign"), std::string::npos) << describe(status);

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

enum class Whose : std::uint8_t { another_clusters, the_other_members };

// When each entry below a folder was changed last, in its content, its attributes or its links.
std::map<std::string, std::pair<std::time_t, long>> changes_below(const fs::path& folder) {
  std::map<std::string, std::pair<std::time_t, long>> changes;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    struct stat about {};
    EXPECT_EQ(::lstat(entry.path().c_str(), &about), 0) << entry.path();
    changes[entry.path()] = {about.st_ctim.tv_sec, about.st_ctim.tv_nsec};
  }
  return changes;
}

// The daemon at the address of node 1 runs on a folder that belongs elsewhere.
class AnothersFolder : public IdentityOfANode, public testing::WithParamInterface<Whose> {
 protected:
  void SetUp() override {
    IdentityOfANode::SetUp();
    write_files("before", 12);
    ASSERT_TRUE(cluster.members_become_equal());
    ASSERT_TRUE(cluster.stop(1));
    fs::rename(cluster.data_folder(1), own_folder());
    if (GetParam() == Whose::another_clusters)
      take_folder_of_another_cluster();
    else
      copy_with_attributes(cluster.data_folder(0), cluster.data_folder(1));
    ASSERT_TRUE(cluster.restart(1));
    untouched_ = changes_below(cluster.data_folder(1));
  }
  fs::path own_folder() const { return cluster.folder() / "own"; }

  void expect_recognised() {
    const auto status = cluster.tandem({"status", "--json"});
    EXPECT_EQ(status.status, at_risk) << describe(status);
    EXPECT_NE(status.output.find(R"("state":"foreign")"), std::string::npos) << status.output;
    EXPECT_NE(status.output.find(cluster.address(1) + " of p1 is foreign: another data folder answers"),
              std::string::npos)
        << status.output;
  }
  void expect_untouched() {
    EXPECT_TRUE(changes_below(cluster.data_folder(1)) == untouched_) << "a stranger is given nothing";
  }
  // Nothing is read from or written to the stranger, not even when nobody else is there.
  void expect_nobody_asks_the_stranger() {
    ASSERT_TRUE(cluster.stop(0));
    for (const auto& arguments : {std::vector<std::string>{"read", in_first_pair()},
                                  std::vector<std::string>{"write", in_first_pair(), "lost"}}) {
      SCOPED_TRACE(arguments[0]);
      const auto refused = cluster.tandem(arguments);
      EXPECT_EQ(refused.status, unavailable) << describe(refused);
      EXPECT_EQ(refused.output, "");
      EXPECT_NE(refused.errors.find(cluster.address(0)), std::string::npos) << refused.errors;
    }
    ASSERT_TRUE(cluster.restart(0));
    (void)cluster.tandem({"heal"});  // lets it in again
    const auto alone = cluster.tandem({"--set", "cluster.read_quorum=2", "read", in_first_pair()});
    EXPECT_EQ(alone.status, unavailable) << "a stranger answers for no member: " << describe(alone);
    EXPECT_NE(alone.errors.find(cluster.address(1)), std::string::npos) << alone.errors;
  }
  void change_files() {
    write_files("meanwhile", 12);
    ASSERT_TRUE(succeeds({"run", "-"},
                         "write /before0 +more --append\nwrite /before1 +more --append\n"
                         "mkdir /d\nmv /before2 /d/moved2\nmv /before3 /d/moved3\n"
                         "rm /before4\nrm /before5\n"));
  }
  void expect_changed_files() {
    expect_files("meanwhile", 12);
    for (const int file : {0, 1}) EXPECT_EQ(content(path("before", file)), text("before", file) + "+more");
    for (const int file : {2, 3}) EXPECT_EQ(content("/d/moved" + std::to_string(file)), text("before", file));
    for (const int file : {4, 5})
      EXPECT_EQ(cluster.tandem({"stat", path("before", file)}).status, not_found) << file;
    for (int file = 6; file < 12; ++file) EXPECT_EQ(content(path("before", file)), text("before", file));
  }
  void expect_other_cluster_whole() {
    if (GetParam() != Whose::another_clusters) return;
    ASSERT_TRUE(other_.restart(1));
    EXPECT_TRUE(other_.heals());
    EXPECT_EQ(other_.tandem({"read", "/before0"}).output, "theirs");
  }
  void give_folder_back() {
    ASSERT_TRUE(cluster.stop(1));
    if (GetParam() == Whose::another_clusters)
      fs::rename(cluster.data_folder(1), other_.data_folder(1));
    else
      fs::remove_all(cluster.data_folder(1));
  }

 private:
  void take_folder_of_another_cluster() {
    ASSERT_TRUE(other_.start_and_init());
    ASSERT_TRUE(other_.tandem({"write", "/before0", "theirs"}).ok());
    ASSERT_TRUE(other_.members_become_equal());
    ASSERT_TRUE(other_.stop(1));
    fs::rename(other_.data_folder(1), cluster.data_folder(1));
  }
  std::string in_first_pair() const {
    return fs::exists(cluster.tree(0) / "before6") ? "/before6" : "/before7";
  }

  LocalCluster other_{{.nodes = 2}};
  std::map<std::string, std::pair<std::time_t, long>> untouched_;
};

TEST_P(AnothersFolder, IsRecognisedAndGivenNothingUntilAnEmptyOneTakesItsPlace) {
  expect_recognised();
  expect_files("before", 12);
  change_files();
  expect_changed_files();
  const auto healed = cluster.tandem({"heal"});
  EXPECT_NE(healed.output.find("another data folder"), std::string::npos) << describe(healed);
  expect_recognised();
  expect_nobody_asks_the_stranger();
  const auto refused = cluster.tandem({"node", "replace", cluster.address(1)});
  EXPECT_EQ(refused.status, exists) << describe(refused);
  EXPECT_NE(refused.errors.find("start storaged on an empty folder"), std::string::npos) << refused.errors;
  expect_untouched();

  give_folder_back();
  fs::create_directories(cluster.data_folder(1));
  ASSERT_TRUE(cluster.restart(1));
  ASSERT_TRUE(succeeds({"node", "replace", cluster.address(1)}));
  ASSERT_TRUE(cluster.heals());
  cluster.kill(0);
  expect_changed_files();
  expect_other_cluster_whole();
}

TEST_P(AnothersFolder, IsForgottenOnceTheRightOneIsBack) {
  change_files();
  expect_untouched();
  give_folder_back();
  fs::rename(own_folder(), cluster.data_folder(1));
  ASSERT_TRUE(cluster.restart(1));
  ASSERT_TRUE(cluster.heals());
  cluster.kill(0);
  expect_changed_files();
  expect_other_cluster_whole();
}

INSTANTIATE_TEST_SUITE_P(Of, AnothersFolder,
                         testing::Values(Whose::another_clusters, Whose::the_other_members),
                         [](const auto& whose) {
                           return whose.param == Whose::another_clusters ? "AnotherCluster"
                                                                         : "TheOtherMember";
                         });

}  // namespace
}  // namespace tandem::test
