// Cuts command lines into words, as sh does where it applies: blanks separate, '...' is literal, in "..." a
// backslash protects " \ $ ` and the end of the line, outside quotes it protects anything, # starts a
// comment at the beginning of a word, a backslash before the end of the line joins it with the next.
// <<WORD and <<-WORD announce a here-document. $ and ` are ordinary characters. The other operators of sh
// (; | & < >) have no meaning here and are refused unless quoted, lest somebody believes they work.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::shell {

struct HereDocumentStart {
  std::string end{};
  bool strip_tabs = false;
};

class WordSplitter {
 public:
  enum class State : std::uint8_t { complete, wants_more, failed };

  // Takes the next line, without its newline. wants_more: a quote is open or the line is to be continued.
  State feed(std::string_view line);

  const std::vector<std::string>& words() const { return words_; }
  const std::optional<HereDocumentStart>& here_document() const { return here_document_; }
  const std::string& problem() const { return problem_; }  // after failed
  char open_quote() const { return quote_; }               // after wants_more; 0: none

  // For completion: what has been begun of the word at the end of the text fed so far. The text is fed with
  // feed_open(), which leaves the last word open.
  void feed_open(std::string_view text);
  bool in_word() const { return in_word_; }
  bool in_comment() const { return in_comment_; }
  const std::string& open_word() const { return word_; }
  std::size_t open_word_start() const { return word_start_; }  // in the text fed last

 private:
  enum class Step : std::uint8_t { next, end_of_line, failed };
  Step plain(std::string_view line, std::size_t& at);
  Step quoted(std::string_view line, std::size_t& at);
  Step operator_sign(std::string_view line, std::size_t& at);
  Step walk(std::string_view line);
  void begin_word(std::size_t at);
  void end_word();
  void fail(std::string problem) { problem_ = std::move(problem); }

  std::vector<std::string> words_{};
  std::string word_{};
  std::size_t word_start_ = 0;
  bool in_word_ = false;
  bool in_comment_ = false;
  bool continued_ = false;
  char quote_ = 0;
  bool delimiter_next_ = false;
  std::optional<HereDocumentStart> here_document_{};
  std::string problem_{};
};

// The word with what it takes to be read back as itself.
std::string quote_word(std::string_view word);

}  // namespace tandem::shell
