// What makes the interactive shell a shell: the prompt, the keys, the history, completion, pages, colours.
#include "tests/cluster/cluster_fixture.hpp"
#include "tests/support/local_cluster/terminal.hpp"

namespace tandem::test {
namespace {

class ShellEditing : public FourNodes {
 protected:
  Command shell(std::vector<std::string> arguments = {}, std::vector<std::string> environment = {}) {
    auto command = cluster.tandem_command(std::move(arguments));
    command.environment = std::move(environment);
    command.environment.push_back("XDG_STATE_HOME=" + cluster.folder().string());
    return command;
  }

  static testing::AssertionResult leaves(Terminal& terminal) {
    terminal.type("\x04");
    const auto status = terminal.wait(std::chrono::seconds(20));
    if (status == 0) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "Ctrl-D does not leave the shell:\n" << terminal.everything();
  }
};

constexpr std::string_view nul("\0", 1);
const std::string prompt = "/> ";
const std::string previous_line = "\x10";

TEST_F(ShellEditing, ACtrlSpaceIsNoEndAndACtrlDIsOneEvenBeforeThePrompt) {
  Terminal terminal(shell());
  ASSERT_TRUE(terminal.sees(prompt)) << terminal.everything();
  terminal.type(nul);
  terminal.type("pwd");
  terminal.type(nul);
  terminal.type("\r");
  EXPECT_TRUE(terminal.sees("pwd\r\n/\r\n") && terminal.sees(prompt)) << terminal.everything();
  EXPECT_TRUE(leaves(terminal));
  Terminal early(shell());
  early.type("\x04");
  EXPECT_EQ(early.wait(std::chrono::seconds(20)), 0) << early.everything();
}

TEST_F(ShellEditing, LinesTypedAheadAreCommands) {
  Terminal terminal(shell());
  terminal.type("mkdir /ahead\ncd /ahead\n");
  EXPECT_TRUE(terminal.sees("/ahead> ")) << terminal.everything();
  EXPECT_TRUE(leaves(terminal));
}

TEST_F(ShellEditing, TheHistoryOutlivesTheShell) {
  {
    Terminal terminal(shell());
    ASSERT_TRUE(terminal.sees(prompt));
    terminal.type("mkdir /remembered\r");
    ASSERT_TRUE(terminal.sees("mkdir /remembered\r\n") && terminal.sees(prompt)) << terminal.everything();
    EXPECT_TRUE(leaves(terminal));
  }
  Terminal terminal(shell());
  ASSERT_TRUE(terminal.sees(prompt));
  terminal.type(previous_line + "\r");
  EXPECT_TRUE(terminal.sees("tandem: /remembered: ")) << "the line was not run again:\n"
                                                      << terminal.everything();
}

TEST_F(ShellEditing, TheTabKeyCompletesCommandsOptionsAndPathsOfAnyBytes) {
  ASSERT_TRUE(succeeds({"mkdir", "/my dir"}));
  ASSERT_TRUE(succeeds({"write", "/my dir/odd\xff\x01", "the content"}));
  Terminal terminal(shell());
  ASSERT_TRUE(terminal.sees(prompt));
  // The editor paints only what changes, so the effect tells: read --offset 4 '/my dir/odd...'.
  terminal.type("rea\t--off\t4 /m\to\t\r");
  EXPECT_TRUE(terminal.sees("\r\ncontent\r\n")) << terminal.everything();
}

TEST_F(ShellEditing, ThePromptTellsTheWorkingDirectoryAndTheHealth) {
  ASSERT_TRUE(succeeds({"mkdir", "-p", "/a/b c"}));
  Terminal terminal(shell({}, {"NO_COLOR=1"}));
  ASSERT_TRUE(terminal.sees(prompt));
  terminal.type("cd 'a/b c'\r");
  EXPECT_TRUE(terminal.sees("/a/b c> ")) << terminal.everything();
  terminal.type("pwd\r");
  EXPECT_TRUE(terminal.sees("\r\n/a/b c\r\n")) << terminal.everything();
  cluster.kill(0);
  EXPECT_TRUE(terminal.sees("connection lost to " + cluster.address(0))) << terminal.everything();
  EXPECT_TRUE(terminal.sees(" degraded:/a/b c> ")) << "the prompt keeps quiet:\n" << terminal.everything();
}

TEST_F(ShellEditing, CtrlCStopsTheCommandAndNotTheShell) {
  Terminal terminal(shell());
  ASSERT_TRUE(terminal.sees(prompt));
  terminal.type("write /half -\r");
  ASSERT_TRUE(terminal.sees("write /half -\r\n") && terminal.takes_lines());
  terminal.type("half of it\r");
  ASSERT_TRUE(terminal.sees("half of it"));
  terminal.type("\x03");
  EXPECT_TRUE(terminal.sees("tandem: interrupted") && terminal.sees(prompt)) << terminal.everything();
  terminal.type("half a line\x03");
  EXPECT_TRUE(terminal.sees("^C") && terminal.sees(prompt)) << terminal.everything();
  terminal.type("stat /half\r");
  EXPECT_TRUE(terminal.sees("tandem: /half: ")) << terminal.everything();
  EXPECT_TRUE(leaves(terminal));
}

TEST_F(ShellEditing, HelpTellsAboutACommand) {
  Terminal terminal(shell());
  ASSERT_TRUE(terminal.sees(prompt));
  terminal.type("help mv\r");
  EXPECT_TRUE(terminal.sees("mv - rename or move") && terminal.sees("EXAMPLES")) << terminal.everything();
}

TEST_F(ShellEditing, OutputIsPagedOnlyWhenAsked) {
  ASSERT_TRUE(succeeds({"create", "/file"}));
  Terminal terminal(shell({}, {"PAGER=sed s/^/paged:/"}));
  ASSERT_TRUE(terminal.sees(prompt));
  terminal.type("ls\r");
  ASSERT_TRUE(terminal.sees("\r\nfile\r\n") && terminal.sees(prompt)) << terminal.everything();
  terminal.type("ls --page\r");
  EXPECT_TRUE(terminal.sees("\r\npaged:file\r\n") && terminal.sees(prompt)) << terminal.everything();
  terminal.type("pwd\r");
  EXPECT_TRUE(terminal.sees("\r\n/\r\n")) << "standard output is not ours again:\n" << terminal.everything();
  EXPECT_EQ(cluster.tandem({"ls", "--page"}).output, "file\n") << "there is nobody to turn pages";
}

TEST_F(ShellEditing, WhoLeavesThePagerEarlyHasNotFailed) {
  std::string script;
  for (int file = 0; file < 300; ++file)
    script += "mkdir /directory-with-a-long-name-" + std::to_string(file) + "\n";
  ASSERT_TRUE(succeeds({"run", "-"}, script));
  Terminal terminal(shell({}, {"PAGER=head -n 1"}));
  ASSERT_TRUE(terminal.sees(prompt));
  for (int turn = 0; turn < 3; ++turn) {
    terminal.type("find --page\r");
    ASSERT_TRUE(terminal.sees("find --page\r\n/\r\n") && terminal.sees(prompt)) << terminal.everything();
  }
  EXPECT_EQ(terminal.everything().find("tandem: "), std::string::npos) << terminal.everything();
  EXPECT_TRUE(leaves(terminal));
}

TEST_F(ShellEditing, ColoursAreForTerminalsThatWantThem) {
  const std::string escape = "\x1b[3";
  Terminal coloured(shell({"status"}, {"NO_COLOR="}));
  EXPECT_EQ(coloured.wait(std::chrono::seconds(20)), 0);
  EXPECT_NE(coloured.everything().find(escape), std::string::npos) << coloured.everything();
  Terminal plain(shell({"status"}, {"NO_COLOR=1"}));
  EXPECT_EQ(plain.wait(std::chrono::seconds(20)), 0);
  EXPECT_EQ(plain.everything().find(escape), std::string::npos) << plain.everything();
  EXPECT_EQ(cluster.tandem({"status"}).output.find('\x1b'), std::string::npos);
}

TEST_F(ShellEditing, TheMembersReachedAreToldOnRequest) {
  ASSERT_TRUE(succeeds({"write", "/f", "x"}));
  Terminal terminal(shell());
  ASSERT_TRUE(terminal.sees(prompt));
  terminal.type("read /f\r");
  ASSERT_TRUE(terminal.sees("\r\nx\r\n") && terminal.sees(prompt));
  EXPECT_EQ(terminal.everything().find("tandem: reached"), std::string::npos) << terminal.everything();
  terminal.type("read /f -v\r");
  EXPECT_TRUE(terminal.sees("tandem: reached 127.0.0.1:")) << terminal.everything();
}

}  // namespace
}  // namespace tandem::test
