// A catalogue that is gone is never taken for an empty cluster: no command answers as if there were nothing,
// and none makes a new one over the old nodes.
#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

using CatalogueLost = FourNodes;
namespace fs = std::filesystem;

std::vector<fs::path> catalogue_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with("catalogue.db")) files.push_back(entry.path());
  }
  return files;
}

TEST_F(CatalogueLost, EveryCommandRefusesAndNamesTheWaysBack) {
  ASSERT_TRUE(succeeds({"write", "/precious", "bytes"}));
  const auto safe = cluster.folder() / "safe";
  fs::create_directory(safe);
  for (const auto& file : catalogue_files(cluster.folder())) fs::rename(file, safe / file.filename());

  const std::vector<std::vector<std::string>> commands{{"ls", "/"},
                                                       {"read", "/precious"},
                                                       {"write", "/precious", "x"},
                                                       {"mkdir", "/d"},
                                                       {"status"},
                                                       {"stat", "/"},
                                                       {"heal"},
                                                       {"rm", "/precious"},
                                                       {"mv", "/precious", "/p"}};
  for (const auto& command : commands) {
    const auto outcome = cluster.tandem(command);
    EXPECT_NE(outcome.status, 0) << command.front();
    EXPECT_EQ(outcome.output, "") << command.front();
    EXPECT_NE(outcome.errors.find("catalogue restore"), std::string::npos)
        << command.front() << outcome.errors;
    EXPECT_NE(outcome.errors.find("catalogue rebuild"), std::string::npos)
        << command.front() << outcome.errors;
    EXPECT_FALSE(fs::exists(cluster.folder() / "catalogue.db")) << command.front() << " made a new catalogue";
  }
  const auto init = cluster.tandem({"init"});
  EXPECT_NE(init.status, 0) << "init took nodes that belong to a cluster";
  EXPECT_NE(cluster.tandem({"ls", "/"}).status, 0) << "the refused init left a catalogue behind";

  for (const auto& file : catalogue_files(cluster.folder())) fs::remove(file);
  for (const auto& file : catalogue_files(safe)) fs::rename(file, cluster.folder() / file.filename());
  EXPECT_EQ(content("/precious"), "bytes");
  EXPECT_TRUE(cluster.heals());
}

TEST_F(CatalogueLost, AnEmptyFileInItsPlaceIsRefusedToo) {
  ASSERT_TRUE(succeeds({"write", "/precious", "bytes"}));
  for (const auto& file : catalogue_files(cluster.folder())) fs::remove(file);
  write_file(cluster.folder() / "catalogue.db", "");
  EXPECT_NE(cluster.tandem({"ls", "/"}).status, 0);
  EXPECT_NE(cluster.tandem({"read", "/precious"}).status, 0);
  EXPECT_NE(cluster.tandem({"status"}).status, 0);
}

TEST_F(CatalogueLost, InitRefusesARunningCluster) {
  ASSERT_TRUE(succeeds({"write", "/precious", "bytes"}));
  constexpr int exists = 11;
  EXPECT_EQ(cluster.tandem({"init"}).status, exists);
  EXPECT_EQ(content("/precious"), "bytes");
}

}  // namespace
}  // namespace tandem::test
