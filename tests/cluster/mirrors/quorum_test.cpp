// Groups of four members, of which two must hold a write and two must answer a read: a client goes on while
// servers stop and come back in turn and while copies rot, and says who is missing when too few are left.
#include <fstream>

#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

constexpr int unavailable = 20;

class GroupOfFour : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(cluster.start_and_init()); }

  Outcome tandem(std::vector<std::string> arguments, std::string input = {}) {
    std::vector<std::string> all{
        "--set", "cluster.write_quorum=2", "--set", "cluster.read_quorum=2", "--set", "read.hedge=0"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return cluster.tandem(std::move(all), std::move(input));
  }
  void put(const std::string& text) {
    const auto written = tandem({"write", "/f", text});
    ASSERT_TRUE(written.ok()) << describe(written);
  }
  // In one process, where the members take turns: every one is asked.
  void expect_content(const std::string& text) {
    std::string script;
    std::string expected;
    for (std::size_t turn = 0; turn < 2 * cluster.nodes(); ++turn) {
      script += "read /f\n";
      expected += text;
    }
    const auto read = tandem({"run", "-"}, script);
    EXPECT_TRUE(read.ok()) << describe(read);
    EXPECT_EQ(read.output, expected);
  }
  std::string copy_on(std::size_t node) { return content_of_file(cluster.tree(node) / "f"); }
  void corrupt(std::size_t node) {
    std::string bytes = copy_on(node);
    ASSERT_FALSE(bytes.empty());
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x20);
    std::fstream file(cluster.tree(node) / "f", std::ios::in | std::ios::out | std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    ASSERT_TRUE(file.good());
  }

  LocalCluster cluster{{.nodes = 4, .members_per_pair = 4}};
};

TEST_F(GroupOfFour, HoldsAllFourCopiesGoodAfterServersStoppedAndCameBackInTurn) {
  put("one");
  cluster.kill(0);
  cluster.kill(1);
  put("two");
  expect_content("two");
  ASSERT_TRUE(cluster.restart(0));
  put("three");
  expect_content("three");
  ASSERT_TRUE(cluster.restart(1));
  expect_content("three");
  ASSERT_TRUE(cluster.heals());
  for (std::size_t node = 0; node < 4; ++node) EXPECT_EQ(copy_on(node), "three") << node;
}

TEST_F(GroupOfFour, ReadsRightWithTwoCopiesCorruptedAndMendsThem) {
  put("the right bytes");
  ASSERT_TRUE(cluster.members_become_equal());
  corrupt(0);
  corrupt(1);
  expect_content("the right bytes");
  ASSERT_TRUE(cluster.heals());
  for (std::size_t node = 0; node < 4; ++node) EXPECT_EQ(copy_on(node), "the right bytes") << node;
}

TEST_F(GroupOfFour, ReadsRightWithThreeCopiesCorruptedAndMendsThem) {
  put("the right bytes");
  ASSERT_TRUE(cluster.members_become_equal());
  for (const std::size_t node : {0U, 1U, 3U}) corrupt(node);
  expect_content("the right bytes");
  ASSERT_TRUE(cluster.heals());
  for (std::size_t node = 0; node < 4; ++node) EXPECT_EQ(copy_on(node), "the right bytes") << node;
}

TEST_F(GroupOfFour, ServesWithTwoServersStopped) {
  put("text");
  ASSERT_TRUE(cluster.members_become_equal());
  cluster.kill(1);
  cluster.kill(2);
  expect_content("text");
  put("more");
  expect_content("more");
}

TEST_F(GroupOfFour, WithThreeServersStoppedNamesThemAndChangesNothing) {
  put("text");
  ASSERT_TRUE(cluster.members_become_equal());
  for (const std::size_t node : {0U, 1U, 2U}) cluster.kill(node);
  const auto read = tandem({"read", "/f"});
  EXPECT_EQ(read.status, unavailable) << describe(read);
  EXPECT_EQ(read.output, "");
  const auto write = tandem({"write", "/f", "changed"});
  EXPECT_EQ(write.status, unavailable) << describe(write);
  for (const auto& refused : {read, write}) {
    for (const std::size_t node : {0U, 1U, 2U})
      EXPECT_NE(refused.errors.find(cluster.address(node)), std::string::npos) << refused.errors;
  }
  ASSERT_TRUE(cluster.restart(2));
  expect_content("text");
}

}  // namespace
}  // namespace tandem::test
