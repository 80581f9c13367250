#include "shell/script/script_reader.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

namespace tandem::shell {
namespace {

using Words = std::vector<std::string>;

// A script in a pipe, the way a generator hands it over.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe(ends_.data()), 0); }
  ~Pipe() {
    ::close(ends_[0]);
    finish();
  }
  void write(std::string_view text) {
    EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void finish() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }
  int reading_end() const { return ends_[0]; }

 private:
  std::array<int, 2> ends_{};
};

std::vector<ScriptCommand> commands_of(std::string_view script) {
  Pipe pipe;
  pipe.write(script);
  pipe.finish();
  DescriptorLines lines(pipe.reading_end(), "test", [] { return false; });
  ScriptReader reader(lines);
  std::vector<ScriptCommand> commands;
  for (;;) {
    auto next = reader.next();
    EXPECT_TRUE(next.ok());
    if (!next->has_value()) return commands;
    commands.push_back(std::move(**next));
  }
}

TEST(ScriptReader, CountsLinesAndSkipsEmptyOnes) {
  const auto commands = commands_of("\n# a comment\nls /\n\n  mkdir /a \\\n  /b\nls");
  ASSERT_EQ(commands.size(), 3U);
  EXPECT_EQ(commands[0].line, 3U);
  EXPECT_EQ(commands[1].line, 5U);
  EXPECT_EQ(commands[1].words, (Words{"mkdir", "/a", "/b"}));
  EXPECT_EQ(commands[2].line, 7U);
}

TEST(ScriptReader, TakesAHereDocumentAsItStands) {
  const auto commands = commands_of("write /a <<END\n  $x `y` \\\n# no comment\n\nEND \nEND\nls\n");
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[0].here_document, "  $x `y` \\\n# no comment\n\nEND \n");
  EXPECT_EQ(commands[1].line, 7U);
  EXPECT_FALSE(commands[1].here_document);
}

TEST(ScriptReader, AnEmptyHereDocumentIsEmptyContent) {
  const auto commands = commands_of("write /a <<E\nE\n");
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(commands[0].here_document, "");
}

TEST(ScriptReader, DropsLeadingTabsWhenAsked) {
  const auto commands = commands_of("write /a <<-E\n\t\tone\n\t two\n\tE\nls\n");
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[0].here_document, "one\n two\n");
}

TEST(ScriptReader, TellsWhereSyntaxIsWrongAndGoesOn) {
  const auto commands = commands_of("ls; ls\nls\nls 'open\n");
  ASSERT_EQ(commands.size(), 3U);
  EXPECT_EQ(commands[0].problem, "';' has no meaning here; quote it to use it as text");
  EXPECT_EQ(commands[1].problem, "");
  EXPECT_EQ(commands[2].line, 3U);
  EXPECT_EQ(commands[2].problem, "the quote ' is not closed");
}

TEST(ScriptReader, AnUnendedHereDocumentIsNoCommand) {
  const auto commands = commands_of("write /a <<END\ntext\n");
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(commands[0].problem, "the here-document is not ended by a line 'END'");
}

TEST(ScriptReader, AHereDocumentNeedsACommand) {
  const auto commands = commands_of("<<END\ntext\nEND\nls\n");
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[0].problem, "a here-document without a command");
  EXPECT_EQ(commands[1].words, Words{"ls"});
}

TEST(ScriptReader, BoundsACommand) {
  const auto commands = commands_of("write /a '" + std::string(1000, 'x') + "'\n");
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(commands[0].words[2].size(), 1000U);
}

TEST(ScriptReader, HandsOutALineAsSoonAsItArrives) {
  Pipe pipe;
  DescriptorLines lines(pipe.reading_end(), "test", [] { return false; });
  ScriptReader reader(lines);
  pipe.write("ls /a\nls /");  // the second line is only begun
  auto first = reader.next();
  ASSERT_TRUE(first.ok() && first->has_value());
  EXPECT_EQ((*first)->words, (Words{"ls", "/a"}));
  pipe.write("b\n");
  auto second = reader.next();
  ASSERT_TRUE(second.ok() && second->has_value());
  EXPECT_EQ((*second)->words, (Words{"ls", "/b"}));
}

}  // namespace
}  // namespace tandem::shell
