#include "shell/commands/arguments.hpp"

#include <gtest/gtest.h>

namespace tandem::shell {
namespace {

using Words = std::vector<std::string>;

class ArgumentsTest : public testing::Test {
 protected:
  void SetUp() override {
    arguments_.flag("-l,--long", long_, "");
    arguments_.option("--from", "FILE", ValueKind::local_path, from_, "");
    arguments_.number("--offset", "N", offset_, "");
    arguments_.operands("SOURCE", ValueKind::remote_path, sources_, 1, "");
    arguments_.operand("TARGET", ValueKind::remote_path, target_, "");
  }
  std::string problem(const Words& words) {
    const auto found = parse_arguments(arguments_, words);
    return found ? found->message + "|" + found->hint : "";
  }

  Arguments arguments_{};
  bool long_ = false;
  std::optional<std::string> from_{};
  std::optional<std::uint64_t> offset_{};
  Words sources_{};
  Words target_{};
};

TEST_F(ArgumentsTest, OptionsAndOperandsMayBeMixed) {
  EXPECT_EQ(problem({"a", "-l", "b", "--from=x", "--offset", "4KiB", "c"}), "");
  EXPECT_TRUE(long_);
  EXPECT_EQ(from_, "x");
  EXPECT_EQ(offset_, 4096U);
  EXPECT_EQ(sources_, (Words{"a", "b"}));
  EXPECT_EQ(target_, Words{"c"});
}

TEST_F(ArgumentsTest, OperandsArriveAsTheyAre) {
  EXPECT_EQ(problem({"[a,b]", "", "{}", "%%", "-", "a=b", "--", "-l", "--from"}), "");
  EXPECT_EQ(sources_, (Words{"[a,b]", "", "{}", "%%", "-", "a=b", "-l"}));
  EXPECT_EQ(target_, Words{"--from"});
  EXPECT_FALSE(long_);
}

TEST_F(ArgumentsTest, TheLastOfRepeatedOptionsCounts) {
  EXPECT_EQ(problem({"--from", "x", "--from", "[y]", "a", "b"}), "");
  EXPECT_EQ(from_, "[y]");
}

TEST_F(ArgumentsTest, MistakesAreNamed) {
  EXPECT_EQ(problem({"a"}), "TARGET is missing|");
  EXPECT_EQ(problem({}), "SOURCE is missing|");
  EXPECT_EQ(problem({"--form", "x", "a", "b"}), "unknown option '--form'|did you mean '--from'?");
  EXPECT_EQ(problem({"-x", "a", "b"}),
            "unknown option '-x'|put -- before an operand that begins with a dash");
  EXPECT_EQ(problem({"--offset", "many", "a", "b"}),
            "--offset: 'many' is not a number of bytes|for example 4096, 64KiB or 1GiB");
  EXPECT_NE(problem({"a", "b", "--from"}), "");
}

TEST(Arguments, OneOperandTooManyIsNamed) {
  Arguments arguments;
  Words path;
  arguments.operand("PATH", ValueKind::remote_path, path, "");
  const auto found = parse_arguments(arguments, {"a", "b c"});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->message, "one operand too many: 'b c'");
}

TEST(Arguments, AChoiceTakesNothingElse) {
  Arguments arguments;
  Words kind;
  arguments.choice("KIND", {"bash", "fish"}, kind, "");
  EXPECT_FALSE(parse_arguments(arguments, {"fish"}));
  const auto found = parse_arguments(arguments, {"csh"});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->message, "KIND cannot be 'csh'");
  EXPECT_EQ(found->hint, "it is one of: bash, fish");
}

TEST(Arguments, WhatFollowsTheFirstOperandMayBelongToAnotherCommand) {
  Arguments arguments;
  bool json = false;
  Words command;
  arguments.flag("--json", json, "");
  arguments.operands("COMMAND", ValueKind::command, command, 0, "");
  arguments.stop_at_first_operand();
  EXPECT_FALSE(parse_arguments(arguments, {"--json", "ls", "-l", "--json", "--", "x"}));
  EXPECT_TRUE(json);
  EXPECT_EQ(command, (Words{"ls", "-l", "--json", "--", "x"}));
  const auto found = parse_arguments(arguments, {"--jsn", "ls"});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->message, "unknown option '--jsn'");
  EXPECT_EQ(found->hint, "did you mean '--json'?");
}

}  // namespace
}  // namespace tandem::shell
