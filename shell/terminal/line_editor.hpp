// Lines typed by a person: editing, history that outlives the program, completion with the tab key, and
// messages that may appear above the line while it is being typed. For one terminal and one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::shell {

struct Completions {
  std::size_t replaced_bytes = 0;      // at the end of the text before the cursor
  std::vector<std::string> inserts{};  // what stands there instead, quoted as needed, each
  std::vector<std::string> shown{};    // the same for the list of choices
  std::vector<bool> finished{};        // a blank may follow
};

struct LineEditorSettings {
  std::string history_file{};  // empty: no history is kept
  std::function<Completions(std::string_view before_cursor)> complete{};
  std::function<std::string()> news{};  // text to show above the line, each line ended; asked for when woken
};

class LineEditor {
 public:
  explicit LineEditor(LineEditorSettings settings);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  enum class End : std::uint8_t { line, interrupted, end_of_input };
  struct Typed {
    End end = End::end_of_input;
    std::string text{};
  };
  // The prompt may hold colours: "\x1b[32m" and the like. It is asked for again when the editor is woken.
  Typed read(std::function<std::string()> prompt);
  void remember(const std::string& line);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// $XDG_STATE_HOME/tandem/history, or below ~/.local/state; empty when there is no home. Its folder is made.
std::string default_history_file();

}  // namespace tandem::shell
