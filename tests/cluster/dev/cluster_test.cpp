// ./dev cluster: up, status and down of a cluster that stays, in a folder and on ports of its own.
#include <signal.h>

#include <charconv>

#include "tests/cluster/dev/built_tree.hpp"
#include "tests/cluster/dev/neighbouring_ports.hpp"

namespace tandem::test {
namespace {

constexpr int degraded = 1;
constexpr int usage = 64;

bool says(const Outcome& outcome, const std::string& words) {
  return (outcome.output + outcome.errors).find(words) != std::string::npos;
}

class DevCluster : public testing::Test {
 protected:
  Outcome cluster(const std::string& action, std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"cluster", action, "--dir", folder()});
    return tree_.dev(std::move(options));
  }
  Outcome up() const { return cluster("up", {"--nodes", "2", "--port", port(0)}); }

  // A command of a shell that took over the line which `up` closes with.
  Outcome with_settings_of(const Outcome& up, const std::string& command) const {
    const auto line = up.output.substr(up.output.find("export TANDEM_CONFIG="));
    Command shell;
    shell.arguments = {"bash", "-ec", line + command};
    return run(shell);
  }

  pid_t daemon(int number) const {
    const auto file = content_of_file(folder() + "/node" + std::to_string(number) + ".pid");
    pid_t process = 0;
    std::from_chars(file.data(), file.data() + file.size(), process);
    return process;
  }

  std::string folder() const { return (tree_.path() / "a cluster").string(); }
  std::string port(int offset) const { return std::to_string(ports_.first() + offset); }
  std::string address(int offset) const { return "127.0.0.1:" + port(offset); }

  NeighbouringPorts ports_{2};
  BuiltTree tree_;
};

TEST_F(DevCluster, UpLeavesAClusterWhichTheLineItPrintsLetsOneUse) {
  const auto outcome = up();
  ASSERT_TRUE(outcome.ok()) << describe(outcome);
  const auto read = with_settings_of(outcome, "tandem write /letter 'all is well'; tandem read /letter");
  EXPECT_TRUE(read.ok() && read.output == "all is well") << describe(read);
  const auto config = content_of_file(folder() + "/tandem.toml");
  EXPECT_NE(config.find("members = [\"" + address(0) + "\", \"" + address(1) + "\"]"), std::string::npos)
      << config;
}

TEST_F(DevCluster, StatusTellsWhichDaemonsRun) {
  ASSERT_TRUE(up().ok());
  const auto healthy = cluster("status");
  EXPECT_TRUE(healthy.ok()) << describe(healthy);
  for (const int number : {1, 2}) {
    const auto line = "node " + std::to_string(number) + "  " + address(number - 1) + "  process " +
                      std::to_string(daemon(number)) + "\n";
    EXPECT_TRUE(says(healthy, line)) << line << describe(healthy);
  }
  ASSERT_EQ(::kill(daemon(2), SIGKILL), 0);
  ASSERT_TRUE(wait_until([&] { return tree_.processes().size() == 1; }));
  const auto half = cluster("status");
  EXPECT_EQ(half.status, degraded) << describe(half);
  EXPECT_TRUE(says(half, "node 2  " + address(1) + "  not running")) << describe(half);
  const auto none = tree_.dev({"cluster", "status", "--dir", folder() + "/none"});
  EXPECT_FALSE(none.ok());
  EXPECT_TRUE(says(none, "there is no cluster in " + folder() + "/none")) << describe(none);
}

TEST_F(DevCluster, ASecondUpStartsWhatIsMissingAndTouchesNothingElse) {
  ASSERT_TRUE(up().ok());
  const auto first = daemon(1);
  ASSERT_EQ(::kill(daemon(2), SIGKILL), 0);
  ASSERT_TRUE(wait_until([&] { return tree_.processes().size() == 1; }));
  for (const auto& again : {up(), cluster("up")}) {
    EXPECT_TRUE(again.ok()) << describe(again);
    EXPECT_EQ(tree_.processes(), (std::vector<pid_t>{first, daemon(2)}));
  }
}

TEST_F(DevCluster, ASecondUpWithOtherNodesOrPortsIsRefusedInOneLine) {
  ASSERT_TRUE(up().ok());
  const auto running = tree_.processes();
  const std::vector<std::vector<std::string>> differing{{"--nodes", "4"},
                                                        {"--port", port(1)},
                                                        {"--nodes", "4", "--port", port(0)},
                                                        {"--nodes", "2", "--port", port(1)}};
  for (const auto& options : differing) {
    const auto refused = cluster("up", options);
    EXPECT_EQ(refused.status, usage) << describe(refused);
    EXPECT_EQ(refused.errors.find('\n'), refused.errors.size() - 1) << refused.errors;
    const auto reason = folder() + " has 2 nodes from port " + port(0) + ", not ";
    EXPECT_TRUE(says(refused, reason)) << describe(refused);
    EXPECT_TRUE(says(refused, "another --dir")) << describe(refused);
  }
  EXPECT_EQ(tree_.processes(), running);
}

TEST_F(DevCluster, AnUpThatFailsLeavesNothingRunningAndMayBeTriedOnOtherPorts) {
  ports_.occupy(1);
  const auto refused = up();
  EXPECT_FALSE(refused.ok()) << describe(refused);
  EXPECT_TRUE(says(refused, "port " + port(1) + " is taken by another program")) << describe(refused);
  EXPECT_EQ(tree_.processes(), std::vector<pid_t>{});
  const NeighbouringPorts others(2);
  const auto again = cluster("up", {"--nodes", "2", "--port", std::to_string(others.first())});
  EXPECT_TRUE(again.ok()) << describe(again);
}

TEST_F(DevCluster, AnUpThatFailsKeepsWhatRanBefore) {
  ASSERT_TRUE(up().ok());
  const auto first = daemon(1);
  ASSERT_EQ(::kill(daemon(2), SIGKILL), 0);
  ASSERT_TRUE(wait_until([&] { return tree_.processes().size() == 1; }));
  ports_.occupy(1);
  EXPECT_FALSE(cluster("up").ok());
  EXPECT_EQ(tree_.processes(), std::vector<pid_t>{first});
  const auto status = cluster("status");
  EXPECT_EQ(status.status, degraded) << "the cluster is still known" << describe(status);
}

TEST_F(DevCluster, AnUpThatFailsKeepsAConfigurationItFound) {
  ASSERT_TRUE(up().ok());
  ASSERT_TRUE(cluster("down").ok());
  std::filesystem::remove(folder() + "/catalogue.db");
  const auto config = content_of_file(folder() + "/tandem.toml");
  ports_.occupy(1);
  EXPECT_FALSE(cluster("up").ok());
  EXPECT_EQ(content_of_file(folder() + "/tandem.toml"), config);
}

TEST_F(DevCluster, DownStopsDaemonsWhoseConfigurationWasDeleted) {
  ASSERT_TRUE(up().ok());
  std::filesystem::remove(folder() + "/tandem.toml");
  EXPECT_TRUE(cluster("down").ok());
  EXPECT_EQ(tree_.processes(), std::vector<pid_t>{});
}

TEST_F(DevCluster, DownWithoutAClusterSaysSo) {
  const auto none = cluster("down");
  EXPECT_FALSE(none.ok()) << describe(none);
  EXPECT_TRUE(says(none, "there is no cluster in " + folder())) << describe(none);
}

TEST_F(DevCluster, DownLeavesNoProcessAndKeepsTheData) {
  const auto first = up();
  ASSERT_TRUE(first.ok()) << describe(first);
  ASSERT_TRUE(with_settings_of(first, "tandem write /kept 'still here'").ok());
  ASSERT_EQ(::kill(daemon(2), SIGSTOP), 0) << "even one that hangs";
  const auto down = cluster("down");
  EXPECT_TRUE(down.ok()) << describe(down);
  EXPECT_EQ(tree_.processes(), std::vector<pid_t>{});
  const auto second = cluster("up");
  const auto kept = with_settings_of(second, "tandem read /kept");
  EXPECT_TRUE(kept.ok() && kept.output == "still here") << describe(second) << describe(kept);
}

}  // namespace
}  // namespace tandem::test
