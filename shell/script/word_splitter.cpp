#include "shell/script/word_splitter.hpp"

namespace tandem::shell {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

constexpr std::string_view operators = ";|&<>";
constexpr std::string_view protected_in_double_quotes = "\"\\$`";

}  // namespace

WordSplitter::State WordSplitter::feed(std::string_view line) {
  in_comment_ = false;
  if (line.find('\0') != std::string_view::npos) {
    fail("a NUL byte is not allowed here");
    return State::failed;
  }
  const bool inside_quotes = quote_ != 0;
  if (inside_quotes && !continued_) word_ += '\n';
  continued_ = false;
  if (walk(line) == Step::failed) return State::failed;
  if (quote_ != 0 || continued_) return State::wants_more;
  end_word();
  if (delimiter_next_) {
    fail("'<<' needs the word that ends the here-document");
    return State::failed;
  }
  return State::complete;
}

void WordSplitter::feed_open(std::string_view text) {
  in_comment_ = false;
  continued_ = false;
  walk(text);
}

WordSplitter::Step WordSplitter::walk(std::string_view line) {
  for (std::size_t at = 0; at < line.size();) {
    const Step step = quote_ != 0 ? quoted(line, at) : plain(line, at);
    if (step != Step::next) return step;
  }
  return Step::end_of_line;
}

WordSplitter::Step WordSplitter::quoted(std::string_view line, std::size_t& at) {
  const char c = line[at++];
  if (c == quote_) {
    quote_ = 0;
  } else if (c == '\\' && quote_ == '"') {
    if (at == line.size()) {
      continued_ = true;
    } else if (protected_in_double_quotes.find(line[at]) != std::string_view::npos) {
      word_ += line[at++];
    } else {
      word_ += c;
    }
  } else {
    word_ += c;
  }
  return Step::next;
}

WordSplitter::Step WordSplitter::plain(std::string_view line, std::size_t& at) {
  const char c = line[at];
  if (is_blank(c)) {
    end_word();
    ++at;
    return Step::next;
  }
  if (c == '#' && !in_word_) {
    in_comment_ = true;
    return Step::end_of_line;
  }
  if (operators.find(c) != std::string_view::npos) return operator_sign(line, at);
  if (c == '\\' && at + 1 == line.size()) {
    continued_ = true;
    return Step::end_of_line;
  }
  begin_word(at++);
  if (c == '\'' || c == '"') {
    quote_ = c;
  } else {
    word_ += c == '\\' ? line[at++] : c;
  }
  return Step::next;
}

WordSplitter::Step WordSplitter::operator_sign(std::string_view line, std::size_t& at) {
  const bool here = line.substr(at).starts_with("<<") && !line.substr(at).starts_with("<<<");
  if (!here) {
    fail(std::string("'") + line[at] + "' has no meaning here; quote it to use it as text");
    return Step::failed;
  }
  if (here_document_ || delimiter_next_) {
    fail("a command takes one here-document");
    return Step::failed;
  }
  end_word();
  at += 2;
  here_document_.emplace();
  if (at < line.size() && line[at] == '-') {
    here_document_->strip_tabs = true;
    ++at;
  }
  delimiter_next_ = true;
  return Step::next;
}

void WordSplitter::begin_word(std::size_t at) {
  if (!in_word_) word_start_ = at;
  in_word_ = true;
}

void WordSplitter::end_word() {
  if (!in_word_) return;
  if (delimiter_next_) {
    here_document_->end = std::move(word_);
    delimiter_next_ = false;
  } else {
    words_.push_back(std::move(word_));
  }
  word_.clear();
  in_word_ = false;
}

std::string quote_word(std::string_view word) {
  static constexpr std::string_view special = " \t\\'\"#;|&<>";
  if (word.empty()) return "''";
  if (word.find('\n') != std::string_view::npos) {
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
  }
  std::string out;
  for (const char c : word) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace tandem::shell
