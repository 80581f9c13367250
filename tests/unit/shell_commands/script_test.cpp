#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "shell/commands/dispatch.hpp"
#include "shell/script/word_splitter.hpp"
#include "tests/unit/shell_commands/memory_store.hpp"

namespace tandem::shell {
namespace {

using test::TestSession;

class Scripts : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/tandem-script-XXXXXX";
    const int descriptor = ::mkstemp(name);
    ASSERT_GE(descriptor, 0);
    ::close(descriptor);
    file_ = name;
  }
  void TearDown() override { ::unlink(file_.c_str()); }

  int run(const std::string& script, std::vector<std::string> options = {}) {
    std::ofstream(file_) << script;
    options.insert(options.begin(), "run");
    options.push_back(file_);
    return it_.run(options);
  }

  std::string file_{};
  TestSession it_{};
};

TEST_F(Scripts, RunOneCommandALine) {
  EXPECT_EQ(run("# a tour\nmkdir /a\nwrite /a/f 'x y'\ncd /a\nread f\npwd\n"), 0) << it_.told();
  EXPECT_EQ(it_.said(), "x y/a\n");
  EXPECT_EQ(it_.session.directory, "/");
}

TEST_F(Scripts, TakeContentFromHereDocuments) {
  EXPECT_EQ(run("write /a <<END\n$HOME `x`\nEND\nwrite /b - <<-E --append\n\tt\n\tE\nread /a\nread /b\n"), 0)
      << it_.told();
  EXPECT_EQ(it_.said(), "$HOME `x`\nt\n");
}

TEST_F(Scripts, StopAtTheFirstFailureWithItsStatusAndPlace) {
  EXPECT_EQ(run("create /a\n\nread /none\ncreate /b\n"), 10);
  EXPECT_EQ(it_.told(), "tandem: " + file_ + ":3: /none: there is no such file or directory\n");
  it_.run({"ls"});
  EXPECT_EQ(it_.said(), "a\n");
}

TEST_F(Scripts, KeepGoingWhenTold) {
  EXPECT_EQ(run("read /none\nls |\ncreate /b\n", {"--keep-going"}), 1);
  EXPECT_EQ(it_.told(), "tandem: " + file_ + ":1: /none: there is no such file or directory\ntandem: " +
                            file_ + ":2: '|' has no meaning here; quote it to use it as text\n");
  it_.run({"ls"});
  EXPECT_EQ(it_.said(), "b\n");
}

TEST_F(Scripts, WrongSyntaxIsWrongUse) {
  EXPECT_EQ(run("ls 'open\n"), 64);
  EXPECT_EQ(run("lss\n"), 64);
  EXPECT_EQ(run("run x\n"), 64);
  EXPECT_EQ(run("shell\n"), 64);
}

TEST_F(Scripts, ADryRunChecksEveryLineAndTouchesNothing) {
  EXPECT_EQ(run("create /a\nlss\nmv /a\nwrite /x <<E\nE\n", {"--dry-run"}), 64);
  EXPECT_EQ(it_.told(), "tandem: " + file_ + ":2: unknown command 'lss' (did you mean 'ls'?)\ntandem: " +
                            file_ + ":3: mv: TARGET is missing (usage: mv [-n] [-T] SOURCE... TARGET)\n");
  EXPECT_EQ(run("create /a\ncd /a\n", {"--dry-run"}), 0);
  EXPECT_EQ(it_.opened, 0);
}

TEST_F(Scripts, ADryRunAlsoKnowsWhatDoesNotGoTogether) {
  EXPECT_EQ(run("write /a x --append --offset 1\nwrite /a\nwrite /a <<E\nE\nfind --type x\nhelp nothing\n",
                {"--dry-run"}),
            64);
  const std::string told = it_.told();
  for (const char* line :
       {":1: write: --append", ":2: write: what to write", ":5: find: --type", ":6: unknown"}) {
    EXPECT_NE(told.find(file_ + line), std::string::npos) << line << " in\n" << told;
  }
  EXPECT_EQ(told.find(":3:"), std::string::npos) << told;
  EXPECT_EQ(it_.opened, 0);
}

// A right use of each, for a cluster with a node 127.0.0.1:7001.
constexpr const char* every_command =
    "mkdir -p /a/b\ncreate /a/c\nmv -n /a/c /a/d\nread /a/d --offset 0 --length 1\nwrite /a/d x --append\n"
    "rm -r /a\nstatus p1\nls -l /\nstat -L /\ntree --node 127.0.0.1:7001\ntree /\ncp -r /a /b\nput -r x /\n"
    "get -r / x\ncat /a /b\ndf\ndu -s /\nfind / --name '*'\nln -s /a /b\nwhy /a\nevents --follow --limit 3\n"
    "heal --watch\ninit\nconfig check\nversion\ncompletion bash\nhelp put\ncd /\npwd\nexit\n";

TEST_F(Scripts, EveryCommandIsOneOfScriptsAndOfTheShell) {
  EXPECT_EQ(run(every_command, {"--dry-run"}), 0) << it_.told();
  it_.session.interactive = true;
  std::istringstream lines(every_command);
  for (std::string line; std::getline(lines, line);) {
    WordSplitter splitter;
    splitter.feed(line);
    const Outcome outcome = check(it_.session, splitter.words());
    EXPECT_EQ(outcome.status, 0) << line << ": " << to_string(outcome.error);
  }
}

TEST_F(Scripts, EchoShowsEachCommand) {
  EXPECT_EQ(run("create \\\n /a # x\nls\n", {"--echo"}), 0);
  EXPECT_EQ(it_.told(), "+ create \\\n /a # x\n+ ls\n");
  EXPECT_EQ(it_.said(), "a\n");
}

TEST_F(Scripts, AVerdictStopsNothing) {
  it_.memory.cluster_status.verdict = gateway::Verdict::degraded;
  EXPECT_EQ(run("status\ncreate /a\n"), 0);
  EXPECT_EQ(it_.told(), "");
}

TEST_F(Scripts, ExitEndsTheScriptAlone) {
  EXPECT_EQ(run("create /a\nexit\ncreate /b\n"), 0);
  EXPECT_FALSE(it_.session.leave);
  it_.said();
  it_.run({"ls"});
  EXPECT_EQ(it_.said(), "a\n");
}

TEST_F(Scripts, TenThousandCommandsTakeNoTimeOfTheirOwn) {
  std::string script;
  for (int i = 0; i < 10'000; ++i) script += "write /f" + std::to_string(i % 10) + " 'x y'\n";
  const Instant before = it_.runtime.now();
  EXPECT_EQ(run(script), 0);
  EXPECT_LT(it_.runtime.now() - before, std::chrono::minutes(1));
}

TEST_F(Scripts, AScriptThatIsNotThereIsNamed) {
  EXPECT_EQ(it_.run({"run", "/nowhere/x"}), 10);
  EXPECT_EQ(it_.told(), "tandem: /nowhere/x: cannot open the script: No such file or directory\n");
}

}  // namespace
}  // namespace tandem::shell
