#include "shell/script/word_splitter.hpp"

#include <gtest/gtest.h>

namespace tandem::shell {
namespace {

using Words = std::vector<std::string>;

Words words_of(std::string_view line) {
  WordSplitter splitter;
  EXPECT_EQ(splitter.feed(line), WordSplitter::State::complete) << line << ": " << splitter.problem();
  return splitter.words();
}

std::string problem_of(std::string_view line) {
  WordSplitter splitter;
  EXPECT_EQ(splitter.feed(line), WordSplitter::State::failed) << line;
  return splitter.problem();
}

TEST(WordSplitter, BlanksSeparateWords) {
  EXPECT_EQ(words_of("mkdir  -p\t/a/b "), (Words{"mkdir", "-p", "/a/b"}));
  EXPECT_EQ(words_of(""), Words{});
  EXPECT_EQ(words_of("   "), Words{});
}

TEST(WordSplitter, ACommentBeginsOnlyAtTheBeginningOfAWord) {
  EXPECT_EQ(words_of("# all of it"), Words{});
  EXPECT_EQ(words_of("ls / # the root"), (Words{"ls", "/"}));
  EXPECT_EQ(words_of("ls a#b '#' \\#c"), (Words{"ls", "a#b", "#", "#c"}));
  EXPECT_EQ(words_of("ls # goes not on \\"), Words{"ls"});
}

TEST(WordSplitter, SingleQuotesAreLiteral) {
  EXPECT_EQ(words_of(R"(write '/a b' '\n$x"')"), (Words{"write", "/a b", R"(\n$x")"}));
  EXPECT_EQ(words_of("write '' ''x''"), (Words{"write", "", "x"}));
}

TEST(WordSplitter, InDoubleQuotesABackslashProtectsWhatShProtects) {
  EXPECT_EQ(words_of(R"(w "a\"b\\c\$d\`e\nf")"), (Words{"w", R"(a"b\c$d`e\nf)"}));
}

TEST(WordSplitter, OutsideQuotesABackslashProtectsAnything) {
  EXPECT_EQ(words_of(R"(w a\ b\'c\\ \;)"), (Words{"w", R"(a b'c\)", ";"}));
}

TEST(WordSplitter, ADollarIsAnOrdinaryCharacter) {
  EXPECT_EQ(words_of(R"(write /a $HOME "$HOME" $(ls) `ls` ${x})"),
            (Words{"write", "/a", "$HOME", "$HOME", "$(ls)", "`ls`", "${x}"}));
}

TEST(WordSplitter, PatternsAndTildesAreOrdinaryCharacters) {
  EXPECT_EQ(words_of("w * ? [a] ~ {a,b} ! ="), (Words{"w", "*", "?", "[a]", "~", "{a,b}", "!", "="}));
}

TEST(WordSplitter, ALineIsContinuedByABackslashAndByAnOpenQuote) {
  WordSplitter splitter;
  EXPECT_EQ(splitter.feed("mkdir \\"), WordSplitter::State::wants_more);
  EXPECT_EQ(splitter.feed("/a/\\"), WordSplitter::State::wants_more);
  EXPECT_EQ(splitter.feed("b 'one"), WordSplitter::State::wants_more);
  EXPECT_EQ(splitter.open_quote(), '\'');
  EXPECT_EQ(splitter.feed("two\\"), WordSplitter::State::wants_more);
  EXPECT_EQ(splitter.feed("' \"x\\"), WordSplitter::State::wants_more);
  EXPECT_EQ(splitter.feed("y\""), WordSplitter::State::complete);
  EXPECT_EQ(splitter.words(), (Words{"mkdir", "/a/b", "one\ntwo\\\n", "xy"}));
}

TEST(WordSplitter, OperatorsOfShAreRefusedUnlessQuoted) {
  EXPECT_EQ(problem_of("mkdir /a; mkdir /b"), "';' has no meaning here; quote it to use it as text");
  EXPECT_EQ(problem_of("read /a > b"), "'>' has no meaning here; quote it to use it as text");
  EXPECT_EQ(problem_of("read /a | wc"), "'|' has no meaning here; quote it to use it as text");
  EXPECT_EQ(problem_of("read /a &"), "'&' has no meaning here; quote it to use it as text");
  EXPECT_EQ(problem_of("write /a < b"), "'<' has no meaning here; quote it to use it as text");
  EXPECT_EQ(words_of("w ';' \"|\" \\&"), (Words{"w", ";", "|", "&"}));
}

TEST(WordSplitter, AHereDocumentIsAnnounced) {
  WordSplitter splitter;
  EXPECT_EQ(splitter.feed("write /a <<'END OF' --append"), WordSplitter::State::complete);
  EXPECT_EQ(splitter.words(), (Words{"write", "/a", "--append"}));
  ASSERT_TRUE(splitter.here_document());
  EXPECT_EQ(splitter.here_document()->end, "END OF");
  EXPECT_FALSE(splitter.here_document()->strip_tabs);

  WordSplitter stripping;
  EXPECT_EQ(stripping.feed("write /a<<-E"), WordSplitter::State::complete);
  EXPECT_EQ(stripping.words(), (Words{"write", "/a"}));
  EXPECT_TRUE(stripping.here_document()->strip_tabs);
  EXPECT_EQ(problem_of("write /a <<"), "'<<' needs the word that ends the here-document");
  EXPECT_EQ(problem_of("write /a <<A <<B"), "a command takes one here-document");
}

TEST(WordSplitter, TheOpenWordIsKnownForCompletion) {
  WordSplitter splitter;
  splitter.feed_open("ls -l '/a b/c");
  EXPECT_EQ(splitter.words(), (Words{"ls", "-l"}));
  EXPECT_TRUE(splitter.in_word());
  EXPECT_EQ(splitter.open_word(), "/a b/c");
  EXPECT_EQ(splitter.open_word_start(), 6U);
}

TEST(QuoteWord, IsReadBackAsItself) {
  for (const std::string word : {"plain", "", "a b", "it's", "\"q\"", "back\\slash", "#x", "a;b|c&d<e>f",
                                 "new\nline", "tab\there", "$x `y`", "\xff\xfe odd"}) {
    WordSplitter splitter;
    // A newline within quotes is two lines.
    const std::string quoted = quote_word(word);
    auto state = WordSplitter::State::wants_more;
    std::string_view rest = quoted;
    while (state == WordSplitter::State::wants_more) {
      const auto newline = rest.find('\n');
      state = splitter.feed(rest.substr(0, newline));
      rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
    }
    EXPECT_EQ(splitter.words(), Words{word}) << quoted;
  }
}

}  // namespace
}  // namespace tandem::shell
