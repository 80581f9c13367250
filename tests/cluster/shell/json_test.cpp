// What a real cluster says with --json holds to the written schemas, for every command that tells something.
#include <set>
#include <sstream>

#include "shell/commands/command.hpp"
#include "tests/cluster/cluster_fixture.hpp"
#include "tests/unit/shell_output/schema.hpp"

namespace tandem::test {
namespace {

using Strings = std::vector<std::string>;

struct Told {
  Strings words;
  std::string schema;
};

class JsonOfACluster : public FourNodes {
 protected:
  void SetUp() override {
    FourNodes::SetUp();
    ASSERT_TRUE(succeeds({"mkdir", "/d"}));
    ASSERT_TRUE(succeeds({"write", "/d/f\xff", "content"}));
    ASSERT_TRUE(succeeds({"ln", "-s", "d\xfe", "/link"}));
    write_file(cluster.folder() / "local", "x");
    cluster.kill(1);
    // In one session, so that each pair gets one.
    ASSERT_TRUE(succeeds({"run", "-"}, "write /one behind\nwrite /two behind\n"));
  }
};

// Every line of the output is a document.
testing::AssertionResult holds_to(const std::string& schema, const std::string& text) {
  std::istringstream lines(text);
  std::size_t documents = 0;
  for (std::string line; std::getline(lines, line); ++documents) {
    const auto found = shell::test::complaints(schema, line);
    if (!found.empty()) return testing::AssertionFailure() << schema << ": " << found.front() << "\n" << line;
  }
  if (documents == 0) return testing::AssertionFailure() << schema << ": nothing was said";
  return testing::AssertionSuccess();
}

TEST_F(JsonOfACluster, HoldsToTheSchemas) {
  const auto backup = (cluster.folder() / "backup").string();
  const std::vector<Told> all{
      {{"status"}, "status"},
      {{"status", "p1"}, "status"},
      {{"status", cluster.address(1)}, "status"},
      {{"ls", "/", "/d"}, "ls"},
      {{"stat", "/", "/d/f\xff", "/link"}, "stat"},
      {{"find", "/"}, "find"},
      {{"tree"}, "find"},
      {{"tree", "--node", cluster.address(0)}, "tree-node"},
      {{"why", "/one"}, "why"},
      {{"why", "/d"}, "why"},
      {{"lock", "/one", "--", test::program("tandem"), "--json", "locks"}, "locks"},
      {{"lock", "/one", "--", test::program("tandem"), "--json", "why", "/one"}, "why"},
      {{"locks"}, "locks"},
      {{"events"}, "events"},
      {{"df"}, "df"},
      {{"du", "/"}, "du"},
      {{"heal"}, "heal"},
      {{"put", (cluster.folder() / "local").string(), "/put"}, "transfer"},
      {{"cp", "/put", "/copied"}, "transfer"},
      {{"get", "/copied", (cluster.folder() / "back").string()}, "transfer"},
      {{"config", "check"}, "config"},
      {{"version"}, "version"},
      {{"catalogue", "backup", backup}, "catalogue-backup"},
      {{"catalogue", "dump"}, "catalogue-dump"},
  };
  std::set<std::string> tried;
  for (const auto& [words, schema] : all) {
    auto arguments = words;
    arguments.insert(arguments.begin(), "--json");
    const auto outcome = cluster.tandem(arguments);
    EXPECT_TRUE(holds_to(schema, outcome.output)) << describe(outcome);
    tried.insert(words.front());
  }
  // init is tried below; the others tell nothing but contents, or are no commands of one shot.
  tried.insert({"init", "read", "cat",  "write", "create", "mkdir",      "mv",
                "ln",   "rm",   "run",  "shell", "unlock", "completion", "help",
                "cd",   "pwd",  "exit", "agent", "node",   "drill"});
  for (const auto* command : shell::all_commands()) {
    EXPECT_TRUE(tried.contains(std::string(command->name))) << "nobody tried " << command->name << " --json";
  }
}

TEST_F(JsonOfACluster, FailuresAndNoticesToo) {
  for (const Strings& words : {Strings{"stat", "/none"}, Strings{"rm", "/d"}, Strings{"lss"},
                               Strings{"mv", "/a"}, Strings{"put", "/none", "/x"}, Strings{"init"}}) {
    auto arguments = words;
    arguments.insert(arguments.begin(), "--json");
    const auto outcome = cluster.tandem(arguments);
    EXPECT_NE(outcome.status, 0);
    EXPECT_TRUE(holds_to("failure", outcome.errors)) << describe(outcome);
    EXPECT_TRUE(outcome.output.empty() || words.front() == "put") << describe(outcome);
  }
  EXPECT_TRUE(holds_to("notice", cluster.tandem({"--json", "-v", "read", "/one"}).errors));
}

TEST(JsonOfInit, HoldsToItsSchema) {
  LocalCluster cluster;
  ASSERT_TRUE(cluster.start());
  EXPECT_TRUE(holds_to("init", cluster.tandem({"--json", "init"}).output));
}

}  // namespace
}  // namespace tandem::test
