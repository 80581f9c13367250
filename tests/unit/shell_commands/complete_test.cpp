#include "shell/commands/complete.hpp"

#include <gtest/gtest.h>

#include "tests/unit/shell_commands/memory_store.hpp"

namespace tandem::shell {
namespace {

using test::TestSession;
using Texts = std::vector<std::string>;

Texts inserts(TestSession& it, std::string_view typed) {
  return complete_line(it.session, typed).inserts;
}

TEST(Complete, Commands) {
  TestSession it;
  EXPECT_EQ(inserts(it, "mk"), Texts{"mkdir"});
  EXPECT_EQ(inserts(it, "help sta"), (Texts{"stat", "status"}));
  EXPECT_EQ(inserts(it, "nothing"), Texts{});
  EXPECT_EQ(it.opened, 0);
}

TEST(Complete, OptionsOfTheCommand) {
  TestSession it;
  EXPECT_EQ(inserts(it, "ls --by"), Texts{"--bytes"});
  EXPECT_EQ(inserts(it, "ls --j"), Texts{"--json"});
  EXPECT_EQ(inserts(it, "ls -- --by"), Texts{});
}

TEST(Complete, RemotePathsWithAnyNames) {
  TestSession it;
  it.run({"mkdir", "/my dir"});
  it.run({"create", "/my dir/it's"});
  it.run({"create", "/my dir/\xff"});
  it.run({"create", "/other"});
  EXPECT_EQ(inserts(it, "ls /m"), Texts{R"(/my\ dir/)"});
  EXPECT_EQ(inserts(it, "ls '/m"), Texts{R"(/my\ dir/)"});
  EXPECT_EQ(inserts(it, R"(read /my\ dir/)"), (Texts{R"(/my\ dir/it\'s)", "/my\\ dir/\xff"}));
  const Completions found = complete_line(it.session, R"(read "/my dir/i)");
  EXPECT_EQ(found.replaced_bytes, 10U);
  EXPECT_EQ(found.shown, Texts{"it's"});
  EXPECT_EQ(found.finished, std::vector<bool>{true});
  EXPECT_EQ(complete_line(it.session, "ls /m").finished, std::vector<bool>{false});
}

TEST(Complete, PathsBelowTheWorkingDirectory) {
  TestSession it;
  it.run({"mkdir", "-p", "/a/sub"});
  it.session.directory = "/a";
  EXPECT_EQ(inserts(it, "ls s"), Texts{"sub/"});
  EXPECT_EQ(inserts(it, "ls ../"), Texts{"../a/"});
}

TEST(Complete, NodesPairsAndChoices) {
  TestSession it;
  EXPECT_EQ(inserts(it, "status "), (Texts{"127.0.0.1:7001", "127.0.0.1:7002", "p1"}));
  EXPECT_EQ(inserts(it, "tree --node "), (Texts{"127.0.0.1:7001", "127.0.0.1:7002"}));
  EXPECT_EQ(inserts(it, "completion b"), Texts{"bash"});
}

TEST(Complete, NothingInCommentsAndHereDocuments) {
  TestSession it;
  EXPECT_EQ(inserts(it, "# mk"), Texts{});
  EXPECT_EQ(inserts(it, "write /a <<E"), Texts{});
}

}  // namespace
}  // namespace tandem::shell
