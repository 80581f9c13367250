// Files larger than the memory a client may use stream through bounded buffers, both ways.
#include <cstdlib>

#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

using LargeFiles = FourNodes;

constexpr std::size_t gibibyte = std::size_t{1} << 30;
constexpr long peak_kib_max = 192L * 1024;

TEST_F(LargeFiles, TakeNoMemoryThatGrowsWithThem) {
  const auto local = cluster.folder() / "large";
  write_file(local, bytes_of(13, gibibyte));
  auto put = cluster.tandem_command({"put", local.string(), "/large"});
  put.deadline = std::chrono::seconds(600);
  const auto stored = run(put);
  ASSERT_TRUE(stored.ok()) << describe(stored);
  EXPECT_LT(stored.peak_kib, peak_kib_max);
  const auto back = cluster.folder() / "back";
  auto get = cluster.tandem_command({"get", "/large", back.string()});
  get.deadline = std::chrono::seconds(600);
  const auto fetched = run(get);
  ASSERT_TRUE(fetched.ok()) << describe(fetched);
  EXPECT_LT(fetched.peak_kib, peak_kib_max);
  Command compare;
  compare.arguments = {"cmp", local.string(), back.string()};
  compare.deadline = std::chrono::seconds(300);
  EXPECT_TRUE(run(compare).ok());
  EXPECT_TRUE(cluster.members_become_equal());
}

}  // namespace
}  // namespace tandem::test
