// The seven commands, one-shot and as a batch.
#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

using Commands = FourNodes;

constexpr int not_found = 10;
constexpr int exists = 11;
constexpr int not_empty = 12;
constexpr int usage = 64;

TEST_F(Commands, SevenOneShotCommandsDoTheMainJob) {
  EXPECT_TRUE(succeeds({"mkdir", "/docs"}));
  EXPECT_TRUE(succeeds({"create", "/docs/empty"}));
  EXPECT_EQ(content("/docs/empty"), "");
  EXPECT_TRUE(succeeds({"write", "/docs/note", "hello"}));
  EXPECT_EQ(content("/docs/note"), "hello");
  EXPECT_TRUE(succeeds({"write", "/docs/note", " world", "--append"}));
  EXPECT_EQ(content("/docs/note"), "hello world");
  EXPECT_TRUE(succeeds({"mv", "/docs/note", "/docs/letter"}));
  EXPECT_EQ(content("/docs/letter"), "hello world");
  EXPECT_EQ(cluster.tandem({"read", "/docs/note"}).status, not_found);
  EXPECT_TRUE(succeeds({"rm", "/docs/empty"}));
  EXPECT_TRUE(succeeds({"status"}));
  EXPECT_EQ(cluster.tandem({"ls", "/docs"}).output, "letter\n");
  EXPECT_TRUE(cluster.members_become_equal());
}

TEST_F(Commands, RefusalsCarryTheirStatusAndNameThePath) {
  ASSERT_TRUE(succeeds({"mkdir", "/d"}));
  ASSERT_TRUE(succeeds({"create", "/d/f"}));
  EXPECT_EQ(cluster.tandem({"mkdir", "/d"}).status, exists);
  EXPECT_EQ(cluster.tandem({"create", "/d/f"}).status, exists);
  EXPECT_EQ(cluster.tandem({"rm", "/d"}).status, not_empty);
  const auto missing = cluster.tandem({"read", "/d/g"});
  EXPECT_EQ(missing.status, not_found);
  EXPECT_EQ(missing.output, "");
  EXPECT_NE(missing.errors.find("tandem: /d/g: "), std::string::npos) << missing.errors;
  EXPECT_EQ(cluster.tandem({"mv", "-n", "/d/f", "/d"}).status, exists);
  EXPECT_EQ(cluster.tandem({"frobnicate"}).status, usage);
}

TEST_F(Commands, WriteTakesExactlyTheBytesItIsGiven) {
  const auto bytes = bytes_of(7, 100'001);
  ASSERT_TRUE(succeeds({"write", "/f", "-"}, bytes));
  EXPECT_EQ(content("/f"), bytes);
  EXPECT_EQ(cluster.tandem({"read", "/f", "--offset", "65530", "--length", "20"}).output,
            bytes.substr(65530, 20));
  ASSERT_TRUE(succeeds({"write", "/f", "-", "--offset", "65530"}, "patched"));
  auto patched = bytes;
  patched.replace(65530, 7, "patched");
  EXPECT_EQ(content("/f"), patched);
  write_file(cluster.folder() / "local", "from a file");
  ASSERT_TRUE(succeeds({"write", "/f", "--from", (cluster.folder() / "local").string()}));
  EXPECT_EQ(content("/f"), "from a file");
}

TEST_F(Commands, ABatchRunsTheSevenAndHereDocuments) {
  const auto outcome = cluster.tandem({"run", "-"},
                                      "# a comment\n"
                                      "mkdir /batch\n"
                                      "create '/batch/with space'\n"
                                      "write /batch/text <<END\n"
                                      "one\n"
                                      "two $not \"changed\"\n"
                                      "END\n"
                                      "mv /batch/text /batch/moved\n"
                                      "read /batch/moved\n"
                                      "rm '/batch/with space'\n"
                                      "status\n");
  EXPECT_TRUE(outcome.ok()) << describe(outcome);
  EXPECT_EQ(outcome.output.find("one\ntwo $not \"changed\"\n"), 0U) << outcome.output;
  EXPECT_EQ(cluster.tandem({"ls", "/batch"}).output, "moved\n");
}

TEST_F(Commands, ABatchStopsAtTheFirstFailureAndSaysWhere) {
  write_file(cluster.folder() / "script", "mkdir /a\nmkdir /a\nmkdir /b\n");
  const auto script = (cluster.folder() / "script").string();
  const auto stopped = cluster.tandem({"run", script});
  EXPECT_EQ(stopped.status, exists) << describe(stopped);
  EXPECT_NE(stopped.errors.find("script:2: "), std::string::npos) << stopped.errors;
  EXPECT_EQ(cluster.tandem({"stat", "/b"}).status, not_found);
  EXPECT_EQ(cluster.tandem({"run", "--dry-run", script}).status, 0);
  EXPECT_EQ(cluster.tandem({"stat", "/b"}).status, not_found);
  EXPECT_NE(cluster.tandem({"run", "--keep-going", script}).status, 0);
  EXPECT_TRUE(succeeds({"stat", "/b"}));
}

TEST_F(Commands, FilesTakeTurnsOverThePairsAndMembersAreEqual) {
  std::string script;
  for (int file = 0; file < 8; ++file) script += "write /f" + std::to_string(file) + " x\n";
  ASSERT_TRUE(succeeds({"run", "-"}, script));
  ASSERT_TRUE(cluster.members_become_equal());
  for (const std::size_t node : {0U, 2U}) {
    const auto begin = std::filesystem::directory_iterator(cluster.tree(node));
    EXPECT_EQ(std::distance(begin, std::filesystem::directory_iterator{}), 4) << "node " << node;
  }
}

}  // namespace
}  // namespace tandem::test
