// A catalogue that is lost comes back from its backup, with what was written meanwhile found again or
// reported.
#include "tests/cluster/cluster_fixture.hpp"

#include <atomic>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

namespace tandem::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class CatalogueBackup : public FourNodes {
 protected:
  std::string backup() const { return (cluster.folder() / "backup").string(); }
  void back_up() { ASSERT_TRUE(succeeds({"catalogue", "backup", backup()})); }
  void lose_catalogue() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(cluster.folder())) {
      if (entry.path().filename().string().starts_with("catalogue.db")) files.push_back(entry.path());
    }
    for (const auto& file : files) fs::remove_all(file);
  }
  Json restore(std::vector<std::string> options = {}) {
    std::vector<std::string> words{"--json", "catalogue", "restore", backup()};
    words.insert(words.end(), options.begin(), options.end());
    const auto outcome = cluster.tandem(words, {}, std::chrono::seconds(120));
    EXPECT_TRUE(outcome.ok()) << describe(outcome);
    return outcome.ok() ? Json::parse(outcome.output) : Json();
  }
  static bool lists(const Json& list, const std::string& path) {
    return std::ranges::any_of(list, [&](const Json& each) { return each["path"] == path; });
  }
};

TEST_F(CatalogueBackup, OfAQuietClusterComesBackWhole) {
  ASSERT_TRUE(succeeds({"mkdir", "/d"}));
  ASSERT_TRUE(succeeds({"write", "/d/a", "one"}));
  ASSERT_TRUE(succeeds({"write", "/b", "two"}));
  back_up();
  lose_catalogue();
  EXPECT_NE(cluster.tandem({"ls", "/"}).status, 0);
  const Json report = restore();
  EXPECT_EQ(report["epoch"], 2);
  EXPECT_EQ(report["kept_files"], 0);
  EXPECT_EQ(report["unreadable_files"], 0);
  EXPECT_EQ(content("/d/a"), "one");
  EXPECT_EQ(content("/b"), "two");
  EXPECT_TRUE(succeeds({"write", "/d/a", "new"}));
  EXPECT_TRUE(succeeds({"mv", "/d", "/e"}));
  EXPECT_TRUE(cluster.heals());
  EXPECT_EQ(content("/e/a"), "new");
}

TEST_F(CatalogueBackup, WhatChangedSinceIsReadReportedOrKeptAndNeverDeleted) {
  for (const char* name : {"same", "overwritten", "removed", "moved"}) {
    ASSERT_TRUE(succeeds({"write", std::string("/") + name, std::string(name) + " then"}));
  }
  ASSERT_TRUE(succeeds({"mkdir", "/old"}));
  back_up();
  ASSERT_TRUE(succeeds({"write", "/overwritten", "overwritten since"}));
  ASSERT_TRUE(succeeds({"rm", "/removed"}));
  ASSERT_TRUE(succeeds({"mv", "/moved", "/old/elsewhere"}));
  ASSERT_TRUE(succeeds({"write", "/old/new", "made since"}));
  ASSERT_TRUE(succeeds({"mkdir", "/young"}));
  ASSERT_TRUE(succeeds({"write", "/young/new", "made since in a new folder"}));
  ASSERT_TRUE(cluster.members_become_equal());
  lose_catalogue();
  const Json report = restore();
  EXPECT_EQ(content("/same"), "same then");
  EXPECT_EQ(content("/overwritten"), "overwritten since") << "the newest content anybody has";
  EXPECT_EQ(content("/moved"), "moved then") << "under the name of the backup";
  EXPECT_NE(cluster.tandem({"read", "/removed"}).status, 0);
  EXPECT_EQ(report["unreadable_files"], 1) << report;
  EXPECT_TRUE(lists(report["unreadable"], "/removed")) << report;
  EXPECT_EQ(report["kept_files"], 2) << report;
  EXPECT_TRUE(lists(report["kept"], "tree/old/new")) << report;
  EXPECT_TRUE(lists(report["kept"], "tree/young/new")) << report;

  ASSERT_TRUE(succeeds({"rm", "/removed"}));
  (void)cluster.tandem({"heal"});
  const auto first = first_member_holding("old/new");
  ASSERT_LT(first, cluster.nodes());
  for (const auto node : {first, first + 1}) {
    EXPECT_EQ(content_of_file(cluster.tree(node) / "old/new"), "made since") << "healing must not remove it";
  }
}

TEST_F(CatalogueBackup, KeptFilesOutliveAnUncleanRestartOfTheirNodeAndTheirNameTakenAgain) {
  back_up();
  ASSERT_TRUE(succeeds({"write", "/new", "made since"}));
  ASSERT_TRUE(cluster.members_become_equal());
  lose_catalogue();
  EXPECT_EQ(restore()["kept_files"], 1);
  const auto first = first_member_holding("new");
  ASSERT_LT(first, cluster.nodes());
  cluster.kill(first);
  ASSERT_TRUE(cluster.restart(first));
  (void)cluster.tandem({"heal"});
  EXPECT_EQ(content_of_file(cluster.tree(first) / "new"), "made since") << "compared again, still kept";
  ASSERT_TRUE(succeeds({"put", (cluster.tree(first) / "new").string(), "/new"}));
  EXPECT_EQ(content("/new"), "made since");
  EXPECT_EQ(cluster.tandem({"status"}).status, 0);
}

TEST_F(CatalogueBackup, TwiceFromTheSameBackupNeverUsesARevisionAgain) {
  ASSERT_TRUE(succeeds({"write", "/f", "one"}));
  back_up();
  lose_catalogue();
  EXPECT_EQ(restore()["epoch"], 2);
  ASSERT_TRUE(succeeds({"write", "/f", "two"}));
  ASSERT_TRUE(succeeds({"write", "/g", "three"}));
  ASSERT_TRUE(cluster.members_become_equal());
  lose_catalogue();
  const Json report = restore();
  EXPECT_EQ(report["epoch"], 3);
  EXPECT_EQ(content("/f"), "two");
  EXPECT_EQ(report["kept_files"], 1);
}

TEST_F(CatalogueBackup, IsRefusedOverAPresentCatalogueAndWithoutANode) {
  ASSERT_TRUE(succeeds({"write", "/f", "one"}));
  back_up();
  constexpr int exists = 11;
  EXPECT_EQ(cluster.tandem({"catalogue", "restore", backup()}).status, exists);
  EXPECT_EQ(cluster.tandem({"catalogue", "backup", backup()}).status, exists);
  EXPECT_EQ(content("/f"), "one");
  lose_catalogue();
  cluster.kill(3);
  const auto refused = cluster.tandem({"catalogue", "restore", backup()});
  EXPECT_NE(refused.status, 0);
  EXPECT_NE(refused.errors.find(cluster.address(3)), std::string::npos) << refused.errors;
  EXPECT_NE(cluster.tandem({"ls", "/"}).status, 0) << "a refused restore leaves nothing";
  const Json report = restore({"--without-missing-nodes"});
  EXPECT_EQ(report["missing_nodes"], Json::array({cluster.address(3)}));
  EXPECT_EQ(content("/f"), "one");
  ASSERT_TRUE(cluster.restart(3));
  EXPECT_TRUE(cluster.heals());
}

// Backup while a client writes; more writes; loss; restore. Whatever had been acknowledged before the backup
// began reads as it was or newer; what came later reads or is reported.
TEST_F(CatalogueBackup, TakenWhileClientsWriteHoldsWhatWasAcknowledgedBefore) {
  std::atomic<bool> stop = false;
  std::atomic<int> written = 0;
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) {
      const auto number = std::to_string(i);
      ASSERT_TRUE(succeeds({"write", "/f" + number, "content " + number}));
      written = i + 1;
    }
  });
  EXPECT_TRUE(wait_until([&] { return written >= 8; }));
  const int before = written;
  back_up();
  EXPECT_TRUE(wait_until([&] { return written >= before + 8; }));
  stop = true;
  writer.join();
  const int all = written;
  ASSERT_TRUE(cluster.members_become_equal());
  lose_catalogue();
  const Json report = restore();
  EXPECT_EQ(report["unreadable_files"], 0) << report;
  int missing = 0;
  for (int i = 0; i < all; ++i) {
    const auto number = std::to_string(i);
    if (content("/f" + number) == "content " + number) continue;
    EXPECT_GE(i, before) << "acknowledged before the backup";
    EXPECT_TRUE(lists(report["kept"], "tree/f" + number)) << number;
    ++missing;
  }
  EXPECT_EQ(report["kept_files"], missing) << report;
  EXPECT_GT(missing, 0);
}

TEST_F(CatalogueBackup, ADumpShowsEntriesInWordsAndOnlyThoseAskedFor) {
  ASSERT_TRUE(succeeds({"write", "/letter", "x"}));
  const auto all = cluster.tandem({"catalogue", "dump"});
  EXPECT_TRUE(all.ok()) << describe(all);
  EXPECT_NE(all.output.find("/letter  id="), std::string::npos) << all.output;
  EXPECT_NE(all.output.find("kind=file pair=p"), std::string::npos) << all.output;
  const auto pairs = cluster.tandem({"catalogue", "dump", "p/"});
  EXPECT_EQ(std::ranges::count(pairs.output, '\n'), 2) << pairs.output;
  const auto json = cluster.tandem({"--json", "catalogue", "dump", "meta"});
  EXPECT_EQ(Json::parse(json.output)["key"], "meta") << json.output;
}

}  // namespace
}  // namespace tandem::test
