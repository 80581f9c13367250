// A daemon on its own serves any XML-RPC client; one that belongs to a cluster lets nobody change it behind
// the gateways' backs.
#include <cstdlib>

#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

Outcome run_plain_client(const std::string& kind, const std::string& address) {
  const char* source = std::getenv("TANDEM_SOURCE");
  Command command;
  command.arguments = {"python3",
                       std::string(source == nullptr ? "." : source) + "/tests/cluster/plain_client.py", kind,
                       "http://" + address + "/RPC2"};
  return run(command);
}

TEST(PlainClient, StockPythonUsesADaemonOfNoCluster) {
  ClusterOptions options;
  options.nodes = 1;
  options.members_per_pair = 1;
  LocalCluster cluster(options);
  ASSERT_TRUE(cluster.start());
  const auto outcome = run_plain_client("free", cluster.address(0));
  EXPECT_TRUE(outcome.ok()) << describe(outcome);
}

TEST_F(FourNodes, RefusePlainChangesAndSayWhereToGo) {
  ASSERT_TRUE(succeeds({"write", "/shared", "untouched"}));
  const auto holder = first_member_holding("shared");
  const auto outcome = run_plain_client("claimed", cluster.address(holder));
  EXPECT_TRUE(outcome.ok()) << describe(outcome);
  EXPECT_EQ(content("/shared"), "untouched");
  EXPECT_TRUE(cluster.members_become_equal());
}

}  // namespace
}  // namespace tandem::test
