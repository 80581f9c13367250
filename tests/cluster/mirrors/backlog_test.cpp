// A node that misses more than is listed: what it misses then stays bounded in the catalogue, it says so, and
// once it is back all it holds is compared.
#include <algorithm>
#include <csignal>

#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

constexpr std::size_t bound = 30;
constexpr int files_before = 60;
constexpr int files_after = 200;

std::string before(int file) {
  return "/old/f" + std::to_string(file);
}
std::string after(int file) {
  return "/new/f" + std::to_string(file);
}

class Backlog : public testing::Test {
 protected:
  void run(const std::string& script) {
    const auto done = cluster.tandem({"run", "-"}, script);
    ASSERT_TRUE(done.ok()) << describe(done);
  }
  std::size_t marks() {
    const std::string dump = cluster.tandem({"catalogue", "dump", "w/"}).output;
    return static_cast<std::size_t>(std::count(dump.begin(), dump.end(), '\n'));
  }
  std::string status() { return cluster.tandem({"status"}).output; }

  std::vector<std::string> bounded(const std::string& command) {
    return {"--set", "limits.backlog_names=" + std::to_string(bound), command};
  }

  LocalCluster cluster{{.nodes = 2}};
};

TEST_F(Backlog, PastTheBoundIsNotListedAnyLongerAndEverythingIsComparedAfterwards) {
  ASSERT_TRUE(cluster.start_and_init());
  std::string script = "mkdir /old\nmkdir /new\n";
  for (int file = 0; file < files_before; ++file) script += "write " + before(file) + " old\n";
  run(script);
  ASSERT_TRUE(cluster.heals());
  ASSERT_TRUE(cluster.stop(0));

  script.clear();
  for (int file = 0; file < files_before; ++file) {
    if (file % 3 == 0) script += "write " + before(file) + " changed\n";
    if (file % 3 == 1) script += "rm " + before(file) + "\n";
    if (file % 3 == 2) script += "mv " + before(file) + " " + before(file) + "-moved\n";
  }
  run(script);
  EXPECT_GT(marks(), bound);
  Child agent(cluster.tandem_command(bounded("agent")));
  EXPECT_TRUE(wait_until([&] { return status().find("missed more than 30 names") != std::string::npos; }))
      << status();

  script.clear();
  for (int file = 0; file < files_after; ++file) script += "write " + after(file) + " new\n";
  run(script);
  EXPECT_TRUE(wait_until([&] { return marks() <= files_before; })) << marks() << " marks are left";
  EXPECT_EQ(cluster.tandem({"read", after(7)}).output, "new");
  EXPECT_EQ(status().find("healthy"), std::string::npos) << status();

  ASSERT_TRUE(cluster.restart(0));
  EXPECT_TRUE(wait_until([&] { return status().find("healthy") != std::string::npos; })) << status();
  EXPECT_EQ(marks(), 0U);
  EXPECT_TRUE(cluster.members_become_equal());
  agent.signal(SIGTERM);
  EXPECT_EQ(agent.wait(std::chrono::seconds(20)), 143) << agent.errors();

  ASSERT_TRUE(cluster.stop(1));
  EXPECT_EQ(cluster.tandem({"read", after(199)}).output, "new");
  EXPECT_EQ(cluster.tandem({"read", before(3)}).output, "changed");
  EXPECT_EQ(cluster.tandem({"read", before(5) + "-moved"}).output, "old");
  EXPECT_FALSE(cluster.tandem({"read", before(4)}).ok());
}

TEST_F(Backlog, WithinTheBoundIsHealedByItsMarksAlone) {
  ASSERT_TRUE(cluster.start_and_init());
  ASSERT_TRUE(cluster.stop(0));
  run("mkdir /new\nwrite /new/a one\nwrite /new/b two\n");
  ASSERT_FALSE(cluster.tandem(bounded("heal")).timed_out);
  EXPECT_EQ(status().find("everything will be compared"), std::string::npos) << status();
  EXPECT_EQ(marks(), 2U);
}

}  // namespace
}  // namespace tandem::test
