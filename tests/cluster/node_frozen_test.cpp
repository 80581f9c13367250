// A hung process is the real test: a node that answers nothing (SIGSTOP) holds nobody up for long, and ends
// equal when it wakes.
#include "tests/cluster/cluster_fixture.hpp"
#include "tests/cluster/journal.hpp"

namespace tandem::test {
namespace {

using NodeFrozen = FourNodes;

// Far above what a verdict takes (a second), far below what a person takes for a hang; slow builds fit.
constexpr std::chrono::seconds stall_max{8};

TEST_F(NodeFrozen, ReadsAndWritesOfOneShotsAreHeldUpOnlyBriefly) {
  ASSERT_TRUE(succeeds({"write", "/f", "text"}));
  const auto frozen = first_member_holding("f");
  ASSERT_TRUE(cluster.members_become_equal());
  cluster.freeze(frozen);
  for (int turn = 0; turn < 3; ++turn) {
    const auto read = cluster.tandem({"read", "/f"});
    EXPECT_EQ(read.output, "text") << describe(read);
    EXPECT_LT(read.duration, stall_max);
    const auto write = cluster.tandem({"write", "/g" + std::to_string(turn), "x"});
    EXPECT_TRUE(write.ok()) << describe(write);
    EXPECT_LT(write.duration, stall_max);
  }
  const auto rename = cluster.tandem({"mv", "/f", "/renamed"});
  EXPECT_TRUE(rename.ok()) << describe(rename);
  EXPECT_LT(rename.duration, stall_max);
  cluster.thaw(frozen);
  EXPECT_TRUE(cluster.ends_as_the_catalogue_says());
  EXPECT_EQ(content("/renamed"), "text");
}

TEST_F(NodeFrozen, ARunningClientGoesOnAndTheWokenNodeEndsEqual) {
  Journal journal;
  journal.mkdir("/w");
  for (int number = 0; number < 150; ++number) {
    const auto path = "/w/f" + std::to_string(number);
    journal.write(path, "one").write(path, "two").mv(path, path + "-moved");
    if (number % 3 == 0) journal.rm(path + "-moved");
  }
  Child client(cluster.tandem_command({"run", "-"}, journal.script()));
  ASSERT_TRUE(wait_until([&] { return cluster.tandem({"stat", "/w/f10-moved"}).ok() || !client.running(); }));
  ASSERT_TRUE(client.running()) << client.errors();
  cluster.freeze(0);
  EXPECT_EQ(client.wait(std::chrono::seconds(90)), 0) << client.errors();
  const TemporaryFolder model;
  journal.apply_to(model.path());
  EXPECT_TRUE(holds("/w", model.path() / "w")) << "while the node is frozen";
  cluster.thaw(0);
  EXPECT_TRUE(cluster.ends_as_the_catalogue_says());
  EXPECT_TRUE(holds("/w", model.path() / "w")) << "after it woke";
}

// Frozen is the whole pair, as by a machine that is overloaded: whoever may try again outlasts it.
TEST_F(NodeFrozen, AReadIsTriedAgainAsOftenAsRetriesSay) {
  constexpr int unavailable = 20;
  ASSERT_TRUE(succeeds({"write", "/f", "text"}));
  const auto first = first_member_holding("f");
  const auto read_with = [](const std::string& retries) {
    return std::vector<std::string>{
        "--set", "timeouts.request=200ms", "--set", "timeouts.retries=" + retries, "read", "/f"};
  };
  for (const auto node : {first, first + 1}) cluster.freeze(node);
  Child patient(cluster.tandem_command(read_with("100")));
  const auto once = cluster.tandem(read_with("0"));
  EXPECT_EQ(once.status, unavailable) << describe(once);
  EXPECT_NE(once.errors.find("no answer in time"), std::string::npos) << once.errors;
  ASSERT_TRUE(patient.running()) << patient.errors();
  for (const auto node : {first, first + 1}) cluster.thaw(node);
  EXPECT_EQ(patient.wait(std::chrono::seconds(60)), 0) << patient.errors();
  EXPECT_EQ(patient.output(), "text");
}

}  // namespace
}  // namespace tandem::test
