#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "shell/commands/cluster.hpp"
#include "shell/commands/command.hpp"
#include "shell/commands/help.hpp"
#include "tests/unit/shell_commands/memory_store.hpp"

namespace tandem::shell {
namespace {

using test::TestSession;

TEST(Commands, TheSevenOfTheMission) {
  TestSession it;
  EXPECT_EQ(it.run({"mkdir", "/a"}), 0);
  EXPECT_EQ(it.run({"create", "/a/empty"}), 0);
  EXPECT_EQ(it.run({"write", "/a/f", "per aspera"}), 0);
  EXPECT_EQ(it.run({"mv", "/a/f", "/a/g"}), 0);
  EXPECT_EQ(it.run({"read", "/a/g"}), 0);
  EXPECT_EQ(it.said(), "per aspera");
  EXPECT_EQ(it.run({"rm", "/a/g"}), 0);
  EXPECT_EQ(it.run({"ls", "/a"}), 0);
  EXPECT_EQ(it.said(), "empty\n");
  EXPECT_EQ(it.run({"status"}), 0);
  EXPECT_EQ(it.told(), "");
}

TEST(Commands, FailuresHaveTheStatusOfTheirCode) {
  TestSession it;
  EXPECT_EQ(it.run({"read", "/none"}), 10);
  EXPECT_EQ(it.told(), "tandem: /none: there is no such file or directory\n");
  it.run({"mkdir", "/a"});
  EXPECT_EQ(it.run({"mkdir", "/a"}), 11);
  EXPECT_EQ(it.run({"create", "/a"}), 11);
  EXPECT_EQ(it.run({"read", "/a"}), 13);
  it.run({"create", "/a/f"});
  EXPECT_EQ(it.run({"mkdir", "/a/f/x"}), 14);
  it.told();
  EXPECT_EQ(it.run({"rm", "/a"}), 12);
  EXPECT_EQ(it.told(), "tandem: /a: is not empty (rm -r removes it with all below)\n");
  EXPECT_EQ(it.said(), "") << "nothing but data on standard output";
}

TEST(Commands, SomeOfSeveralFailedIsOne) {
  TestSession it;
  it.run({"create", "/b"});
  EXPECT_EQ(it.run({"create", "/a", "/b", "/c"}), 1);
  EXPECT_EQ(it.told(), "tandem: /b: exists already\n");
  it.run({"ls"});
  EXPECT_EQ(it.said(), "a\nb\nc\n");
}

TEST(Commands, FailuresAreDocumentsOnRequest) {
  TestSession it;
  it.session.json = true;
  EXPECT_EQ(it.run({"stat", "/none"}), 10);
  EXPECT_EQ(it.told(), R"({"schema":1,"error":{"code":"not_found","path":"/none","node":null,)"
                       R"("message":"there is no such file or directory","hint":null}})"
                       "\n");
  EXPECT_EQ(it.run({"sttus"}), 64);
  EXPECT_NE(it.told().find(R"("code":"usage")"), std::string::npos);
}

TEST(Commands, JsonMayStandBehindTheCommandToo) {
  TestSession it;
  EXPECT_EQ(it.run({"ls", "--json", "/"}), 0);
  EXPECT_EQ(it.said(), R"({"schema":1,"path":"/","entries":[]})"
                       "\n");
  EXPECT_FALSE(it.session.json);
}

TEST(Commands, UnknownOnesAreMetWithTheNearest) {
  TestSession it;
  EXPECT_EQ(it.run({"staus"}), 64);
  EXPECT_EQ(it.told(), "tandem: unknown command 'staus' (did you mean 'status'?)\n");
  EXPECT_EQ(it.run({"xyzzyxyzzy"}), 64);
  EXPECT_EQ(it.told(), "tandem: unknown command 'xyzzyxyzzy' ('tandem --help' lists them)\n");
  EXPECT_EQ(it.run({"cd", "/"}), 64) << "of no use where no command follows";
  EXPECT_EQ(it.opened, 0);
}

TEST(Commands, WrongUseTellsTheRightOne) {
  TestSession it;
  EXPECT_EQ(it.run({"mv", "/a"}), 64);
  EXPECT_EQ(it.told(), "tandem: mv: TARGET is missing (usage: mv [-n] [-T] SOURCE... TARGET)\n");
  EXPECT_EQ(it.run({"mkdir", "--parent", "/a"}), 64);
  EXPECT_EQ(
      it.told(),
      "tandem: mkdir: unknown option '--parent' (did you mean '--parents'?; usage: mkdir [-p] PATH...)\n");
  EXPECT_EQ(it.run({"write", "/a"}), 64);
  EXPECT_EQ(
      it.told(),
      "tandem: write: what to write is missing (give a TEXT, --from FILE, or - for standard input; '' makes "
      "the file empty)\n");
  EXPECT_EQ(it.run({"write", "/a", "x", "--append", "--offset", "1"}), 64);
  EXPECT_EQ(it.opened, 0) << "the cluster is not touched";
}

TEST(Commands, WriteStoresExactlyWhatItIsGiven) {
  TestSession it;
  it.run({"write", "/f", "a\nb"});
  it.run({"write", "/f", "\xff", "--append"});
  it.run({"write", "/f", "X", "--offset", "1"});
  it.run({"read", "/f"});
  EXPECT_EQ(it.said(), "aXb\xff");
  EXPECT_EQ(it.run({"write", "/f", ""}), 0);
  it.run({"read", "/f"});
  EXPECT_EQ(it.said(), "");
  EXPECT_EQ(it.run({"write", "/f", "--", "--append"}), 0);
  it.run({"read", "/f"});
  EXPECT_EQ(it.said(), "--append");
}

TEST(Commands, WriteTakesStandardInputAndStreamsWhatIsLarge) {
  TestSession it;
  const std::string large(3'000'001, 'z');
  TextInput input(large);
  it.session.input = &input;
  EXPECT_EQ(it.run({"write", "/f", "-"}), 0);
  EXPECT_EQ(it.run({"read", "--offset", "3000000", "/f"}), 0);
  EXPECT_EQ(it.said(), "z");
  it.run({"read", "/f"});
  EXPECT_EQ(it.said(), large);
}

TEST(Commands, ReadGivesTheRangeAskedFor) {
  TestSession it;
  it.run({"write", "/f", "0123456789"});
  it.run({"read", "/f", "--offset", "2", "--length", "3"});
  EXPECT_EQ(it.said(), "234");
  EXPECT_EQ(it.run({"read", "/f", "--offset", "100"}), 0);
  EXPECT_EQ(it.said(), "");
}

TEST(Commands, MvGoesIntoADirectoryAsPosixHasIt) {
  TestSession it;
  it.run({"mkdir", "/d"});
  it.run({"write", "/f", "x"});
  EXPECT_EQ(it.run({"mv", "/f", "/d"}), 0);
  it.run({"write", "/f", "y"});
  EXPECT_EQ(it.run({"mv", "-n", "/f", "/d"}), 11);
  EXPECT_EQ(it.run({"mv", "/f", "/d/"}), 0);
  it.run({"read", "/d/f"});
  EXPECT_EQ(it.said(), "y");
  EXPECT_EQ(it.run({"mv", "/a", "/b", "/c"}), 14);
}

TEST(Commands, LnMakesLinksThatAreShownAsLinks) {
  TestSession it;
  it.run({"mkdir", "/d"});
  it.run({"write", "/d/f", "x"});
  EXPECT_EQ(it.run({"ln", "-s", "/d", "/to-d"}), 0);
  EXPECT_EQ(it.run({"ln", "-s", "/d/f", "/d"}), 11) << "into the directory, where the name is taken";
  EXPECT_EQ(it.run({"ln", "-s", "/nowhere", "/d"}), 0);
  EXPECT_EQ(it.memory.stat("/d/nowhere")->target, "/nowhere");
  it.run({"tree", "/"});
  EXPECT_EQ(it.said(), "/\n  d\n    f\n    nowhere -> /nowhere\n  to-d -> /d\n");
}

TEST(Commands, RmTakesSubtreesOnlyWhenTold) {
  TestSession it;
  it.run({"mkdir", "-p", "/a/b/c"});
  it.run({"create", "/a/b/f"});
  EXPECT_EQ(it.run({"rm", "-r", "/a"}), 0);
  EXPECT_EQ(it.run({"rm", "-f", "/a"}), 0);
  EXPECT_EQ(it.run({"rm", "-r", "/"}), 15);
  it.run({"ls"});
  EXPECT_EQ(it.said(), "");
}

TEST(Commands, StatusTellsItsVerdictAsStatus) {
  TestSession it;
  it.memory.cluster_status.verdict = gateway::Verdict::at_risk;
  EXPECT_EQ(it.run({"status"}), 2);
  EXPECT_EQ(it.run({"status", "nobody"}), 10);
  EXPECT_EQ(it.told(), "tandem: nobody: no node or pair of this cluster (it has )\n");
}

TEST(Commands, EventsAreTheLastOnesOldestFirst) {
  TestSession it;
  for (int i = 1; i <= 120; ++i) {
    it.memory.happened.push_back({.kind = "node_out", .at_ns = 1, .node = "n" + std::to_string(i)});
  }
  it.memory.happened.back() = {
      .kind = "copy_damaged", .at_ns = 1, .node = "a:1", .path = "/f", .message = "m"};
  EXPECT_EQ(it.run({"events"}), 0);
  const std::string all = it.said();
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 100);
  EXPECT_EQ(it.run({"events", "--limit", "2"}), 0);
  const std::string last = it.said();
  EXPECT_NE(last.find("  node out      n119\n"), std::string::npos) << last;
  EXPECT_TRUE(last.ends_with("  copy damaged  a:1 /f: m\n")) << last;
}

TEST(Commands, EventsAreFollowedUntilSomebodyStops) {
  TestSession it;
  it.memory.happened.push_back({.kind = "node_out", .at_ns = 1, .node = "before"});
  int asked = 0;
  it.session.stop = [&] {
    if (++asked == 1) it.memory.happened.push_back({.kind = "node_live", .at_ns = 1, .node = "meanwhile"});
    return it.out.text.find("meanwhile") != std::string::npos;
  };
  EXPECT_EQ(it.run({"events", "--follow"}), 130);
  const std::string said = it.said();
  EXPECT_LT(said.find("before"), said.find("meanwhile")) << said;
}

TEST(Commands, FindMeetsAllConditions) {
  TestSession it;
  it.run({"mkdir", "-p", "/a/b.d"});
  it.run({"write", "/a/b.txt", "xxx"});
  it.run({"find", "/", "--name", "b*"});
  EXPECT_EQ(it.said(), "/a/b.d\n/a/b.txt\n");
  it.run({"find", "/a", "--type", "f", "--larger", "2"});
  EXPECT_EQ(it.said(), "/a/b.txt\n");
  it.run({"find", "/a", "--type", "f", "--larger", "3"});
  EXPECT_EQ(it.said(), "");
}

TEST(Commands, DuSumsUp) {
  TestSession it;
  it.run({"mkdir", "-p", "/a/b"});
  it.run({"write", "/a/x", "1234"});
  it.run({"write", "/a/b/y", "56"});
  it.run({"du", "/a"});
  EXPECT_EQ(it.said(), "2\t/a/b\n6\t/a\n");
}

TEST(Commands, TreeShowsWhatANodeHolds) {
  TestSession it;
  it.run({"write", "/a", "x"});
  EXPECT_EQ(it.run({"tree", "--node", "127.0.0.1:7001"}), 0);
  EXPECT_EQ(it.said(), "/a\n");
  it.run({"tree"});
  EXPECT_EQ(it.said(), "/\n  a\n");
}

TEST(Commands, RelativePathsStartAtTheWorkingDirectory) {
  TestSession it;
  it.session.interactive = true;
  it.run({"mkdir", "-p", "a/b"});
  EXPECT_EQ(it.run({"cd", "a/b"}), 0);
  it.run({"pwd"});
  EXPECT_EQ(it.said(), "/a/b\n");
  it.run({"write", "../x", "1"});
  it.run({"read", "/a/x"});
  EXPECT_EQ(it.said(), "1");
  EXPECT_EQ(it.run({"cd", "/a/x"}), 14);
  EXPECT_EQ(it.session.absolute("../../.."), "/");
  EXPECT_EQ(it.session.absolute("//c/./d/"), "/c/d");
}

TEST(Commands, PutAndGetKeepContentsTimesAndModes) {
  TestSession it;
  char folder[] = "/tmp/tandem-commands-XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  const std::string root(folder);
  ASSERT_EQ(::mkdir((root + "/d").c_str(), 0750), 0);
  std::ofstream(root + "/d/f") << "content";
  ASSERT_EQ(::chmod((root + "/d/f").c_str(), 0600), 0);
  EXPECT_EQ(it.run({"put", "-r", root + "/d", "/"}), 0) << it.told();
  it.run({"read", "/d/f"});
  EXPECT_EQ(it.said(), "content");
  EXPECT_EQ(it.memory.stat("/d/f")->attributes.mode, 0600U);
  EXPECT_EQ(it.run({"cp", "-r", "/d", "/e"}), 0);
  EXPECT_EQ(it.run({"cp", "-r", "/d", "/d/inner"}), 15);
  it.told();
  EXPECT_EQ(it.run({"get", "-r", "--checksum", "/e", root + "/back"}), 0) << it.told();
  struct stat status {};
  ASSERT_EQ(::stat((root + "/back/f").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  EXPECT_EQ(it.run({"put", root + "/d", "/x"}), 13);
  EXPECT_NE(it.told().find("is a directory (use -r to copy it with all below)\n"), std::string::npos);
  EXPECT_EQ(it.run({"put", root + "/none", "/x"}), 10);
  EXPECT_EQ(it.run({"put", root + "/d/f", "/no/where/"}), 10);
  EXPECT_EQ(std::system(("rm -r " + root).c_str()), 0);
}

TEST(Commands, TransfersGoOnPastFailuresAndListThem) {
  TestSession it;
  it.run({"mkdir", "/d"});
  it.run({"write", "/d/a", "1"});
  it.run({"write", "/d/b", "2"});
  it.memory.failing = {"/e/a"};
  EXPECT_EQ(it.run({"cp", "-r", "/d", "/e"}), 1);
  const std::string told = it.told();
  EXPECT_NE(told.find("tandem: /d/a: /e/a: nobody answers\n"), std::string::npos) << told;
  EXPECT_NE(told.find("cp: 1 file, 1 directory"), std::string::npos) << told;
  it.run({"read", "/e/b"});
  EXPECT_EQ(it.said(), "2");
}

TEST(Commands, EveryOneHasHelp) {
  for (const Command* command : all_commands()) {
    const std::string help = help_text(*command);
    EXPECT_NE(help.find("NAME\n    " + std::string(command->name) + " - "), std::string::npos);
    EXPECT_NE(help.find("\nUSAGE\n"), std::string::npos);
    EXPECT_FALSE(command->summary.ends_with('.')) << command->name;
    std::size_t start = 0;
    for (std::size_t end = help.find('\n'); end != std::string::npos;
         start = end + 1, end = help.find('\n', start)) {
      EXPECT_LE(end - start, 100U) << help.substr(start, end - start);
    }
  }
  TestSession it;
  EXPECT_EQ(it.run({"mv", "--help"}), 0);
  EXPECT_NE(it.said().find("rename or move"), std::string::npos);
}

TEST(Commands, ConfigurationsAreLookedForWhereTheyAreSaidToBe) {
  char folder[] = "/tmp/tandem-config-XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  char before[4096];
  ASSERT_NE(::getcwd(before, sizeof before), nullptr);
  ASSERT_EQ(::chdir(folder), 0);
  ::unsetenv("TANDEM_CONFIG");
  auto found = find_config(std::nullopt);
  if (!found) {
    EXPECT_EQ(
        found.error().cause,
        "no configuration: looked for --config, $TANDEM_CONFIG, ./tandem.toml and /etc/tandem/tandem.toml");
  }
  std::ofstream("tandem.toml") << "";
  EXPECT_EQ(*find_config(std::nullopt), "tandem.toml");
  ::setenv("TANDEM_CONFIG", "/nowhere/x.toml", 1);
  EXPECT_EQ(find_config(std::nullopt).error().path, "/nowhere/x.toml");
  EXPECT_EQ(*find_config("tandem.toml"), "tandem.toml");
  ::unsetenv("TANDEM_CONFIG");
  ASSERT_EQ(::chdir(before), 0);
  EXPECT_EQ(std::system((std::string("rm -r ") + folder).c_str()), 0);
}

}  // namespace
}  // namespace tandem::shell
