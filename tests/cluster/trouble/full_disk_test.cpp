// What still works on a disk that is full for new contents: healing what was missed, and deleting.
#include "tests/cluster/trouble/disks_in_trouble.hpp"

namespace tandem::test {
namespace {

class FullDisk : public testing::TestWithParam<Disk> {
 protected:
  void SetUp() override {
    if (const auto put = pair.put_on(GetParam()); !put) GTEST_SKIP() << put.message();
    ASSERT_TRUE(pair.start());
  }
  Outcome tandem(std::vector<std::string> arguments, std::string input = {}) {
    return pair.cluster().tandem(std::move(arguments), std::move(input));
  }
  PairOnDisks pair;
};

TEST_P(FullDisk, HealsOutOfItsReserveWhatItRefusedToTake) {
  pair.fill(0, 62 << 20);  // the reserve of these daemons is 64 MiB
  const std::string content = bytes_of(3, 1'000'000);
  const auto written = tandem({"write", "/f", "-"}, content);
  ASSERT_TRUE(written.ok()) << describe(written);
  EXPECT_EQ(tandem({"status"}).status, 2) << "one unmarked copy only";
  EXPECT_TRUE(pair.cluster().heals()) << "while the disk is as full as before";
  EXPECT_TRUE(content_of_file(pair.cluster().tree(0) / "f") == content);
  EXPECT_TRUE(tandem({"rm", "/f"}).ok());
  EXPECT_TRUE(wait_until([&] { return !std::filesystem::exists(pair.cluster().tree(0) / "f"); }));
}

TEST_P(FullDisk, DeletesWhenNotAByteIsLeft) {
  for (const char* path : {"/a", "/b"})
    ASSERT_TRUE(tandem({"write", path, "-"}, bytes_of(4, 2'000'000)).ok());
  ASSERT_TRUE(pair.cluster().heals());
  for (std::size_t member = 0; member < PairOnDisks::members; ++member) pair.fill(member, 0);
  EXPECT_EQ(tandem({"write", "/c", "-"}, bytes_of(5, 10'000)).status, 19);
  const auto removed = tandem({"rm", "/a"});
  EXPECT_TRUE(removed.ok()) << describe(removed);
  EXPECT_TRUE(pair.cluster().heals());
  for (std::size_t member = 0; member < PairOnDisks::members; ++member)
    EXPECT_FALSE(std::filesystem::exists(pair.cluster().tree(member) / "a"));
  EXPECT_TRUE(tandem({"read", "/b"}).output == bytes_of(4, 2'000'000));
}

INSTANTIATE_TEST_SUITE_P(On, FullDisk, testing::Values(Disk::small_memory, Disk::small_ext4));

}  // namespace
}  // namespace tandem::test
