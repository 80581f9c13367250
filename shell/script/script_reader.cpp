#include "shell/script/script_reader.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace tandem::shell {
namespace {

// A single line may carry a here-document's content, so it may be as long as that.
constexpr std::size_t line_bytes_max = here_document_bytes_max;

}  // namespace

DescriptorLines::DescriptorLines(int descriptor, std::string name, std::function<bool()> stop)
    : descriptor_(descriptor), name_(std::move(name)), stop_(std::move(stop)) {}

Result<bool> DescriptorLines::fill() {
  std::array<char, 65'536> piece;
  for (;;) {
    const ssize_t got = ::read(descriptor_, piece.data(), piece.size());
    if (got > 0) {
      buffer_.erase(0, consumed_);
      searched_ -= consumed_;
      consumed_ = 0;
      buffer_.append(piece.data(), static_cast<std::size_t>(got));
      return true;
    }
    if (got == 0) return false;
    if (errno == EINTR && !stop_()) continue;
    if (errno == EINTR) return false;
    return Error{Code::unavailable, "cannot read: " + std::generic_category().message(errno), name_};
  }
}

Result<std::optional<std::string>> DescriptorLines::next(Expected /*expected*/) {
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched_);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(consumed_, end - consumed_);
      consumed_ = searched_ = end + 1;
      return std::optional(std::move(line));
    }
    searched_ = buffer_.size();
    if (buffer_.size() - consumed_ > line_bytes_max) {
      return Error{Code::invalid, "a line is longer than 64 MiB", name_};
    }
    if (!ended_) {
      auto more = fill();
      if (!more) return std::move(more).error();
      ended_ = !*more;
      continue;
    }
    if (consumed_ == buffer_.size()) return std::optional<std::string>();
    std::string last = buffer_.substr(consumed_);
    consumed_ = searched_ = buffer_.size();
    return std::optional(std::move(last));
  }
}

Result<std::optional<std::string>> ScriptReader::line(Expected expected) {
  auto got = lines_.next(expected);
  if (got && got->has_value()) ++lines_read_;
  return got;
}

Result<std::optional<ScriptCommand>> ScriptReader::next() {
  for (;;) {
    ScriptCommand command;
    WordSplitter splitter;
    auto found = read_command(splitter, command);
    if (!found) return std::move(found).error();
    if (!*found) return std::optional<ScriptCommand>();
    if (command.problem.empty() && splitter.here_document()) {
      if (auto read = read_here_document(*splitter.here_document(), command); !read) {
        return std::move(read).error();
      }
    }
    command.words = splitter.words();
    if (command.words.empty() && command.problem.empty()) {
      if (!command.here_document) continue;
      command.problem = "a here-document without a command";
    }
    return std::optional(std::move(command));
  }
}

// False at the end of the lines.
Result<bool> ScriptReader::read_command(WordSplitter& splitter, ScriptCommand& command) {
  for (Expected expected = Expected::command;; expected = Expected::continuation) {
    auto got = line(expected);
    if (!got) return std::move(got).error();
    if (!got->has_value()) {
      if (expected == Expected::command) return false;
      command.problem = splitter.open_quote() != 0
                            ? std::string("the quote ") + splitter.open_quote() + " is not closed"
                            : std::string("the line is to be continued, but the script ends");
      return true;
    }
    if (expected == Expected::command) {
      command.line = lines_read_;
    } else {
      command.text += '\n';
    }
    command.text += **got;
    if (command.text.size() > command_bytes_max) {
      command.problem = "a command is longer than 1 MiB (use a here-document or --from FILE for content)";
      return true;
    }
    const auto state = splitter.feed(**got);
    if (state == WordSplitter::State::failed) command.problem = splitter.problem();
    if (state != WordSplitter::State::wants_more) return true;
  }
}

Status ScriptReader::read_here_document(const HereDocumentStart& start, ScriptCommand& command) {
  command.here_document.emplace();
  for (;;) {
    auto got = line(Expected::here_document);
    if (!got) return std::move(got).error();
    if (!got->has_value()) {
      command.problem = "the here-document is not ended by a line '" + start.end + "'";
      return success();
    }
    std::string_view content = **got;
    if (start.strip_tabs) content.remove_prefix(std::min(content.find_first_not_of('\t'), content.size()));
    if (content == start.end) return success();
    if (command.here_document->size() + content.size() >= here_document_bytes_max) {
      // Read on to its end, so that its content is never taken for commands.
      command.problem = "a here-document is longer than 64 MiB (use --from FILE)";
      continue;
    }
    command.here_document->append(content).append("\n");
  }
}

}  // namespace tandem::shell
