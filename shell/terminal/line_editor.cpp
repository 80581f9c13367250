#include "shell/terminal/line_editor.hpp"

#include <histedit.h>
#include <langinfo.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwchar>

#include "shell/output/text.hpp"
#include "shell/terminal/editable.hpp"
#include "shell/terminal/interrupt.hpp"
#include "shell/terminal/typed_ahead.hpp"

namespace tandem::shell {
namespace {

constexpr int history_lines = 10'000;
constexpr std::size_t choices_shown_max = 200;
constexpr char prompt_escape = '\1';  // libedit's mark round what takes no columns

void use_utf8() {
  static_cast<void>(std::setlocale(LC_CTYPE, ""));  // where the user's does not exist, "C" stays
  if (std::strcmp(nl_langinfo(CODESET), "UTF-8") != 0) static_cast<void>(std::setlocale(LC_CTYPE, "C.UTF-8"));
}

// Colours between the marks that tell the editor they take no columns.
std::string with_marks(const std::string& prompt) {
  std::string out;
  for (std::size_t at = 0; at < prompt.size();) {
    if (prompt[at] == '\x1b') {
      const std::size_t end = prompt.find('m', at);
      const std::size_t length = (end == std::string::npos ? prompt.size() : end + 1) - at;
      out += prompt_escape + prompt.substr(at, length) + prompt_escape;
      at += length;
    } else {
      out += prompt[at++];
    }
  }
  return out;
}

// In the form the editor holds them.
std::string common_beginning(const std::vector<std::string>& texts) {
  std::string common = to_editable(texts.front());
  for (const auto& each : texts) {
    const std::string text = to_editable(each);
    const auto end = std::mismatch(common.begin(), common.end(), text.begin(), text.end()).first;
    common.erase(end, common.end());
  }
  while (!common.empty() && !is_utf8(common)) common.pop_back();  // not half a character
  return common;
}

int terminal_columns() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string choices_text(const std::vector<std::string>& shown, int columns) {
  std::size_t width = 0;
  const std::size_t count = std::min(shown.size(), choices_shown_max);
  for (std::size_t i = 0; i < count; ++i) width = std::max(width, display_width(shown[i]) + 2);
  const std::size_t per_row = std::max<std::size_t>(1, static_cast<std::size_t>(columns) / width);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    const bool last = (i + 1) % per_row == 0 || i + 1 == count;
    text += last ? shown[i] + "\r\n" : pad_right(shown[i], width);
  }
  if (count < shown.size()) text += "(" + std::to_string(shown.size() - count) + " more)\r\n";
  return text;
}

}  // namespace

struct LineEditor::State {
  LineEditorSettings settings;
  EditLine* editor = nullptr;
  History* history = nullptr;
  std::function<std::string()> make_prompt{};
  std::string prompt{};
  std::string typed_ahead{};
  bool interrupted = false;

  static State& of(EditLine* editor) {
    void* state = nullptr;
    el_get(editor, EL_CLIENTDATA, &state);
    return *static_cast<State*>(state);
  }

  static char* give_prompt(EditLine* editor) { return of(editor).prompt.data(); }

  // The next character typed; meanwhile news are shown and signals noticed. 0: no more input.
  static int next_character(EditLine* editor, wchar_t* out) {
    State& state = of(editor);
    std::mbstate_t decoding{};
    for (;;) {
      char byte = 0;
      if (!state.typed_ahead.empty()) {
        byte = state.typed_ahead.front();
        state.typed_ahead.erase(0, 1);
      } else {
        if (!state.wait_for_input()) return 0;
        const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got <= 0) return 0;
      }
      // Ctrl-Space. To the editor it would be whatever key the terminal has switched off.
      if (byte == '\0') continue;
      const std::size_t used = std::mbrtowc(out, &byte, 1, &decoding);
      if (used == static_cast<std::size_t>(-1)) {
        decoding = {};
      } else if (used != static_cast<std::size_t>(-2)) {
        return 1;
      }
    }
  }

  // False: the line is given up, by Ctrl-C or a signal to end.
  bool wait_for_input() {
    for (;;) {
      if (tandem::shell::interrupted()) {
        interrupted = true;
        return false;
      }
      std::array<pollfd, 2> waits{{{STDIN_FILENO, POLLIN, 0}, {wake_up_descriptor(), POLLIN, 0}}};
      if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) return true;
      if (waits[1].revents != 0) {
        clear_wake_up();
        show_news();
        continue;
      }
      if (waits[0].revents != 0) return true;
    }
  }

  void show_news() {
    el_resize(editor);
    const std::string text = settings.news ? settings.news() : std::string();
    std::string present = with_marks(make_prompt());
    if (text.empty() && present == prompt) return;
    prompt = std::move(present);
    std::string raw = "\r\x1b[J";
    for (const char c : text) raw += c == '\n' ? std::string("\r\n") : std::string(1, c);
    show(raw);
    el_set(editor, EL_REFRESH);
  }

  static void show(const std::string& text) {
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout));
    static_cast<void>(std::fflush(stdout));
  }

  static unsigned char complete_word(EditLine* editor, int /*key*/) {
    State& state = of(editor);
    const LineInfo* line = el_line(editor);
    const std::string typed(line->buffer, static_cast<std::size_t>(line->cursor - line->buffer));
    if (!state.settings.complete) return CC_ERROR;
    const Completions found = state.settings.complete(to_bytes(typed));
    if (found.inserts.empty()) return CC_REFRESH_BEEP;
    std::string insert = common_beginning(found.inserts);
    const std::string before = to_bytes(typed);
    const std::string present =
        to_editable(before.substr(before.size() - std::min(found.replaced_bytes, before.size())));
    if (found.inserts.size() > 1 && insert.size() <= present.size()) {
      show("\r\n" + choices_text(found.shown, terminal_columns()));
      return CC_REDISPLAY;
    }
    if (found.inserts.size() == 1 && found.finished.front()) insert += ' ';
    // Counted in characters, as the editor does.
    el_deletestr(editor, static_cast<int>(display_width(present)));
    if (el_insertstr(editor, insert.c_str()) != 0) return CC_REFRESH_BEEP;
    return CC_REFRESH;
  }
};

LineEditor::LineEditor(LineEditorSettings settings) : state_(std::make_unique<State>()) {
  use_utf8();
  State& state = *state_;
  state.settings = std::move(settings);
  state.editor = el_init("tandem", stdin, stdout, stderr);
  el_set(state.editor, EL_CLIENTDATA, &state);
  el_set(state.editor, EL_SIGNAL, 0);
  el_set(state.editor, EL_PROMPT_ESC, &State::give_prompt, prompt_escape);
  el_set(state.editor, EL_EDITOR, "emacs");
  el_set(state.editor, EL_GETCFN, &State::next_character);
  // The narrow call copies both texts and never frees them.
  el_wset(state.editor, EL_ADDFN, L"tandem-complete", L"Complete the word", &State::complete_word);
  el_set(state.editor, EL_BIND, "^I", "tandem-complete", nullptr);
  el_set(state.editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  el_source(state.editor, nullptr);
  state.history = history_init();
  HistEvent event;
  history(state.history, &event, H_SETSIZE, history_lines);
  history(state.history, &event, H_SETUNIQUE, 1);
  el_set(state.editor, EL_HIST, history, state.history);
  if (!state.settings.history_file.empty()) {
    history(state.history, &event, H_LOAD, state.settings.history_file.c_str());
  }
}

LineEditor::~LineEditor() {
  history_end(state_->history);
  el_end(state_->editor);
}

LineEditor::Typed LineEditor::read(std::function<std::string()> prompt) {
  State& state = *state_;
  state.make_prompt = std::move(prompt);
  state.prompt = with_marks(state.make_prompt());
  state.interrupted = false;
  state.typed_ahead += take_typed_ahead(STDIN_FILENO);
  el_set(state.editor, EL_PREP_TERM, 1);  // before the prompt is seen: what is typed at it is typed raw
  int count = 0;
  const char* line = el_gets(state.editor, &count);
  if (state.interrupted) {
    state.typed_ahead.clear();
    State::show("^C\r\n");
    return {End::interrupted, ""};
  }
  if (line == nullptr || count <= 0) return {End::end_of_input, ""};
  std::string text(line, static_cast<std::size_t>(count));
  if (text.ends_with('\n')) text.pop_back();
  return {End::line, to_bytes(text)};
}

void LineEditor::remember(const std::string& line) {
  if (line.find_first_not_of(" \t\n") == std::string::npos) return;
  HistEvent event;
  history(state_->history, &event, H_ENTER, to_editable(line).c_str());
  const std::string& file = state_->settings.history_file;
  if (file.empty()) return;
  // At once, so that a killed terminal loses nothing; for the user's eyes only.
  const mode_t before = ::umask(077);
  history(state_->history, &event, H_SAVE, file.c_str());
  ::umask(before);
}

std::string default_history_file() {
  std::string folder;
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/') {
    folder = state;
  } else if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    folder = std::string(home) + "/.local";
    ::mkdir(folder.c_str(), 0755);
    folder += "/state";
  } else {
    return {};
  }
  ::mkdir(folder.c_str(), 0755);
  folder += "/tandem";
  ::mkdir(folder.c_str(), 0700);
  return folder + "/history";
}

}  // namespace tandem::shell
