// The interactive shell on a pseudo-terminal, typed at as a person would.
#include "tests/cluster/cluster_fixture.hpp"
#include "tests/support/local_cluster/terminal.hpp"

namespace tandem::test {
namespace {

using Shell = FourNodes;

// What a typed line shows is told from what it brings out: the contents were never typed.
testing::AssertionResult shows(Terminal& terminal, const std::string& line, const std::string& wanted) {
  terminal.type(line + "\r");
  if (terminal.sees(line) && terminal.sees(wanted)) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "after '" << line << "' no '" << wanted << "' in:\n"
                                     << terminal.everything();
}

TEST_F(Shell, DoesTheSevenCommands) {
  ASSERT_TRUE(succeeds({"write", "/before", "written outside"}));
  Terminal terminal(cluster.tandem_command({}));
  for (std::size_t node = 0; node < cluster.nodes(); ++node) {
    ASSERT_TRUE(terminal.sees(cluster.address(node))) << "the greeting names the nodes:\n"
                                                      << terminal.everything();
  }
  terminal.type("mkdir /typed\r");
  terminal.type("create /typed/empty\r");
  terminal.type("write /typed/note 'two words'\r");
  terminal.type("mv /typed/note /typed/letter\r");
  terminal.type("rm /typed/empty\r");
  EXPECT_TRUE(shows(terminal, "read /before", "written outside"));
  EXPECT_TRUE(shows(terminal, "status", "healthy"));
  EXPECT_TRUE(shows(terminal, "read /missing", "tandem: /missing: "));
  terminal.type("exit\r");
  EXPECT_EQ(terminal.wait(std::chrono::seconds(20)), 0) << terminal.everything();
  EXPECT_EQ(content("/typed/letter"), "two words");
  EXPECT_EQ(cluster.tandem({"ls", "/typed"}).output, "letter\n");
}

TEST_F(Shell, TellsOnceThatANodeIsLostAndOnceThatItIsBack) {
  ASSERT_TRUE(succeeds({"write", "/f", "still readable"}));
  Terminal terminal(cluster.tandem_command({"shell"}));
  ASSERT_TRUE(terminal.sees(cluster.address(3))) << terminal.everything();
  const auto victim = first_member_holding("f");
  cluster.kill(victim);
  for (int turn = 0; turn < 4; ++turn) EXPECT_TRUE(shows(terminal, "read /f", "still readable"));
  EXPECT_NE(terminal.everything().find("connection lost to " + cluster.address(victim)), std::string::npos)
      << terminal.everything();
  ASSERT_TRUE(cluster.restart(victim));
  EXPECT_TRUE(terminal.sees("regained")) << terminal.everything();
  terminal.type("exit\r");
  EXPECT_EQ(terminal.wait(std::chrono::seconds(20)), 0);
  const auto& seen = terminal.everything();
  for (const char* told : {"connection lost to", "connection regained to"}) {
    const auto first = seen.find(told);
    ASSERT_NE(first, std::string::npos) << seen;
    EXPECT_EQ(seen.find(told, first + 1), std::string::npos) << seen;
  }
}

TEST_F(Shell, AMissingNodeIsAWarningInTheGreeting) {
  cluster.kill(1);
  Terminal terminal(cluster.tandem_command({}));
  EXPECT_TRUE(terminal.sees(cluster.address(1))) << terminal.everything();
  EXPECT_TRUE(shows(terminal, "status", "is degraded"));
  EXPECT_TRUE(terminal.sees("catalogue: sqlite") && terminal.sees("/> ")) << terminal.everything();
  terminal.type("\x04");
  EXPECT_EQ(terminal.wait(std::chrono::seconds(20)), 0) << terminal.everything();
}

}  // namespace
}  // namespace tandem::test
