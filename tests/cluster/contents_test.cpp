// What people really store: large files, empty files, deep trees, names of any bytes.
#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

using Contents = FourNodes;
namespace fs = std::filesystem;

const std::vector<std::string>& odd_names() {
  static const std::vector<std::string> names{"with space",
                                              " leading and trailing ",
                                              "new\nline",
                                              "tab\tand \"quotes\" and 'more'",
                                              "\xff\xfe\x80 not utf-8",
                                              "\xf0\x9f\x98\x80 four bytes",
                                              "-dash",
                                              "--option=like",
                                              "percent%20%2F",
                                              "back\\slash",
                                              "*?[glob]",
                                              "#comment",
                                              "$HOME",
                                              "semi;colon&and|pipe",
                                              "...",
                                              std::string(255, 'n'),
                                              "\x01\x1b[31m control"};
  return names;
}

TEST_F(Contents, LargerThanAnyBufferComeBackAsTheyWent) {
  const auto local = cluster.folder() / "large";
  write_file(local, bytes_of(11, (64 << 20) + 12345));
  ASSERT_TRUE(succeeds({"put", local.string(), "/large"}));
  const auto back = cluster.folder() / "back";
  ASSERT_TRUE(succeeds({"get", "/large", back.string()}));
  EXPECT_TRUE(content_of_file(local) == content_of_file(back));
  EXPECT_TRUE(cluster.members_become_equal());
  const auto member = first_member_holding("large");
  EXPECT_TRUE(content_of_file(local) == content_of_file(cluster.tree(member) / "large"))
      << "a disk can be read without us";
}

TEST_F(Contents, AtTheEdgesOfBlocksComeBackAsTheyWent) {
  const auto source = cluster.folder() / "edges";
  fs::create_directory(source);
  for (const std::size_t size : {0U, 1U, 65535U, 65536U, 65537U, 131072U, 1048576U, 1048577U}) {
    write_file(source / std::to_string(size), bytes_of(size, size));
  }
  ASSERT_TRUE(succeeds({"put", "-r", source.string(), "/"}));
  EXPECT_TRUE(holds("/edges", source));
  EXPECT_TRUE(cluster.members_become_equal());
}

TEST_F(Contents, WithNamesOfAnyBytesArePutAndGot) {
  const auto source = cluster.folder() / "odd";
  fs::create_directory(source);
  for (const auto& name : odd_names()) {
    fs::create_directory(source / ("in " + name.substr(0, 200)));
    write_file(source / ("in " + name.substr(0, 200)) / name, "content of " + name);
  }
  ASSERT_TRUE(succeeds({"put", "-r", source.string(), "/"}));
  EXPECT_TRUE(holds("/odd", source));
  EXPECT_TRUE(cluster.members_become_equal());
}

TEST_F(Contents, WithNamesOfAnyBytesObeyEveryCommand) {
  for (const auto& name : odd_names()) {
    SCOPED_TRACE(name);
    const auto directory = "/" + name;
    const auto file = directory + directory;
    EXPECT_TRUE(succeeds({"mkdir", directory}));
    EXPECT_TRUE(succeeds({"write", file, "text"}));
    EXPECT_EQ(content(file), "text");
    EXPECT_TRUE(succeeds({"mv", file, "/moved"}));
    EXPECT_TRUE(succeeds({"rm", "/moved"}));
    EXPECT_TRUE(succeeds({"rm", directory}));
  }
  EXPECT_TRUE(cluster.heals());
}

TEST_F(Contents, DeepTreesAreMovedAsOne) {
  std::string path;
  std::string script;
  for (int depth = 0; depth < 60; ++depth) {
    path += "/level" + std::to_string(depth);
    script += "mkdir " + path + "\n";
    script += "write " + path + "/f at" + std::to_string(depth) + "\n";
  }
  ASSERT_TRUE(succeeds({"run", "-"}, script));
  ASSERT_TRUE(succeeds({"mkdir", "/elsewhere"}));
  ASSERT_TRUE(succeeds({"mv", "/level0/level1", "/elsewhere/deep"}));
  const auto moved = "/elsewhere/deep" + path.substr(std::string("/level0/level1").size());
  EXPECT_EQ(content(moved + "/f"), "at59");
  constexpr int invalid = 15;
  EXPECT_EQ(cluster.tandem({"mv", "/elsewhere", moved + "/cycle"}).status, invalid);
  EXPECT_TRUE(cluster.heals());
  ASSERT_TRUE(succeeds({"rm", "-r", "/elsewhere"}));
  EXPECT_TRUE(cluster.heals());
}

}  // namespace
}  // namespace tandem::test
