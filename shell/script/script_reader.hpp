// Reads commands from lines as they arrive: a file, a pipe, a terminal. Nothing is read ahead of the
// command that is due, so a generator at the other end of a pipe is followed line by line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "protocol/contract/result.hpp"
#include "shell/script/word_splitter.hpp"

namespace tandem::shell {

inline constexpr std::size_t command_bytes_max = 1 << 20;  // one command, however many lines it takes
inline constexpr std::size_t here_document_bytes_max = 64 << 20;

enum class Expected : std::uint8_t { command, continuation, here_document };

class LineSource {
 public:
  virtual ~LineSource() = default;
  // The next line without its newline; nothing at the end. `expected` is for prompts.
  virtual Result<std::optional<std::string>> next(Expected expected) = 0;
};

// Lines of a file descriptor, which stays open. A read that a signal interrupts ends the lines when `stop`
// says so.
class DescriptorLines : public LineSource {
 public:
  DescriptorLines(int descriptor, std::string name, std::function<bool()> stop);
  Result<std::optional<std::string>> next(Expected expected) override;

 private:
  Result<bool> fill();  // false: the end

  int descriptor_;
  std::string name_;
  std::function<bool()> stop_;
  std::string buffer_{};
  std::size_t consumed_ = 0;
  std::size_t searched_ = 0;
  bool ended_ = false;
};

struct ScriptCommand {
  std::uint64_t line = 0;  // where it begins, from 1
  std::string text{};      // as written, without the here-document
  std::vector<std::string> words{};
  std::optional<std::string> here_document{};
  std::string problem{};  // not empty: it is no command, and this is why
};

class ScriptReader {
 public:
  explicit ScriptReader(LineSource& lines) : lines_(lines) {}
  // The next command that is not empty; nothing at the end. After a problem reading goes on behind it. An
  // error means that the lines themselves cannot be read.
  Result<std::optional<ScriptCommand>> next();

 private:
  Result<std::optional<std::string>> line(Expected expected);
  Result<bool> read_command(WordSplitter& splitter, ScriptCommand& command);
  Status read_here_document(const HereDocumentStart& start, ScriptCommand& command);

  LineSource& lines_;
  std::uint64_t lines_read_ = 0;
};

}  // namespace tandem::shell
