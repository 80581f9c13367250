// Symbolic links by command: made, shown, followed, and carried in and out as links.
#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

namespace fs = std::filesystem;

using Links = FourNodes;

constexpr int exists = 11;

TEST_F(Links, AreMadeShownAndFollowed) {
  ASSERT_TRUE(succeeds({"mkdir", "/d"}));
  ASSERT_TRUE(succeeds({"write", "/d/f", "content"}));
  ASSERT_TRUE(succeeds({"ln", "-s", "d/f", "/to file"}));
  ASSERT_TRUE(succeeds({"ln", "-s", "/d", "/to-d"}));
  ASSERT_TRUE(succeeds({"ln", "/d/f", "/second"}));
  EXPECT_EQ(content("/to file"), "content");
  EXPECT_EQ(content("/to-d/f"), "content");
  EXPECT_EQ(cluster.tandem({"ls", "/to-d"}).output, "f\n");
  EXPECT_NE(cluster.tandem({"ls", "-l", "/"}).output.find(" to file -> d/f\n"), std::string::npos);
  EXPECT_NE(cluster.tandem({"stat", "/to-d"}).output.find("target    /d\n"), std::string::npos);
  EXPECT_NE(cluster.tandem({"stat", "-L", "/to-d"}).output.find("kind      directory\n"), std::string::npos);
  EXPECT_NE(cluster.tandem({"stat", "/second"}).output.find("links     2\n"), std::string::npos);
  EXPECT_NE(cluster.tandem({"--json", "stat", "/to-d"}).output.find(R"("target":"/d")"), std::string::npos);
  EXPECT_EQ(cluster.tandem({"find", "/", "--type", "l"}).output, "/to file\n/to-d\n");
  ASSERT_TRUE(succeeds({"mv", "/second", "/to-d"}));
  EXPECT_EQ(cluster.tandem({"ls", "/d"}).output, "f\nsecond\n");
  ASSERT_TRUE(succeeds({"rm", "-r", "/to-d"}));
  EXPECT_EQ(cluster.tandem({"ls", "/d"}).output, "f\nsecond\n")
      << "the link was removed, not what it leads to";
  EXPECT_EQ(cluster.tandem({"ln", "-s", "x", "/d/f"}).status, exists);
  EXPECT_EQ(cluster.tandem({"run", "-"}, "ln -s /d /again\ncd /again\nread f\n").output, "content");
}

TEST_F(Links, ComeBackAsTheyWentIn) {
  const auto source = cluster.folder() / "source";
  fs::create_directories(source / "inner");
  write_file(source / "inner" / "file", "x");
  fs::create_symlink("inner/file", source / "relative");
  fs::create_symlink("/not/there", source / "dangling");
  fs::create_directory_symlink("inner", source / "directory");
  ASSERT_TRUE(succeeds({"put", "-r", source.string(), "/"}));
  EXPECT_EQ(content("/source/relative"), "x");
  EXPECT_TRUE(holds("/source", source));
  ASSERT_TRUE(succeeds({"cp", "-r", "--checksum", "/source", "/copy"}));
  EXPECT_TRUE(holds("/copy", source));
  const auto back = cluster.folder() / "back";
  ASSERT_TRUE(succeeds({"get", "-r", "/copy", back.string()}));
  EXPECT_EQ(fs::read_symlink(back / "dangling"), "/not/there");
  EXPECT_EQ(fs::read_symlink(back / "directory"), "inner");
  fs::remove(source / "directory");
  fs::create_symlink("inner/file", source / "directory");
  ASSERT_TRUE(succeeds({"put", "-r", source.string(), "/"})) << "what is there is replaced";
  EXPECT_TRUE(holds("/source", source));
  EXPECT_EQ(cluster.tandem({"ls", "/source"}).output, "dangling\ndirectory\ninner\nrelative\n");
  const auto again = cluster.tandem({"put", "-r", "--update", source.string(), "/"});
  EXPECT_TRUE(again.ok() && again.errors.find("0 files, 3 directories") == std::string::npos)
      << describe(again);
  EXPECT_NE(again.errors.find("4 unchanged"), std::string::npos) << describe(again);
}

}  // namespace
}  // namespace tandem::test
