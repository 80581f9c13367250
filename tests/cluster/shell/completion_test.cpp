// The tab key in bash completes the paths of the store.
#include "tests/cluster/cluster_fixture.hpp"
#include "tests/unit/shell_completion/bash.hpp"

namespace tandem::test {
namespace {

using BashOnACluster = FourNodes;

TEST_F(BashOnACluster, RemotePathsAreCompletedWithBlanksColonsAndQuotes) {
  ASSERT_TRUE(succeeds({"mkdir", "/my photos"}));
  ASSERT_TRUE(succeeds({"create", "/my photos/it's 10:30"}));
  Bash bash(cluster.folder(), cluster.config_file());
  EXPECT_TRUE(bash.completes("tandem ls /m\tx", "<tandem><ls></my photos/x>"));
  EXPECT_TRUE(bash.completes("tandem read /my\\ photos/i\tx", "<tandem><read></my photos/it's 10:30><x>"));
}

}  // namespace
}  // namespace tandem::test
