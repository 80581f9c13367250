#include <unistd.h>

#include "shell/commands/complete.hpp"
#include "shell/commands/dispatch.hpp"
#include "shell/commands/health.hpp"
#include "shell/commands/help.hpp"
#include "shell/commands/notices.hpp"
#include "shell/commands/streams.hpp"
#include "shell/commands/verbs.hpp"
#include "shell/output/documents.hpp"
#include "shell/output/picture.hpp"
#include "shell/output/text.hpp"
#include "shell/script/script_reader.hpp"
#include "shell/terminal/interrupt.hpp"
#include "shell/terminal/line_editor.hpp"

namespace tandem::shell {
namespace {

using gateway::ClusterStatus;
using gateway::Verdict;

constexpr std::size_t lines_of_greeting_max = 12;

// The line editor as a source of lines, with a prompt that says what is expected.
class TypedLines : public LineSource {
 public:
  TypedLines(LineEditor& editor, std::function<std::string()> prompt)
      : editor_(editor), prompt_(std::move(prompt)) {}

  Result<std::optional<std::string>> next(Expected expected) override {
    const auto typed = editor_.read(expected == Expected::command ? prompt_ : continued_);
    end_ = typed.end;
    if (typed.end != LineEditor::End::line) return std::optional<std::string>();
    return std::optional(typed.text);
  }

  LineEditor::End end() const { return end_; }

 private:
  LineEditor& editor_;
  std::function<std::string()> prompt_;
  std::function<std::string()> continued_ = [] { return std::string("> "); };
  LineEditor::End end_ = LineEditor::End::line;
};

// Who was reached and who was not; with many nodes those reached share lines.
std::string greeting(const ClusterStatus& status) {
  std::size_t nodes = 0;
  for (const auto& pair : status.pairs) nodes += pair.members.size();
  std::string text = "tandem " + std::string(program_version) + ", cluster " + printable(status.name) + ": " +
                     counted(nodes, "node") + " in " + counted(status.pairs.size(), "pair") + "\n";
  std::string reached;
  std::string missing;
  for (const auto& pair : status.pairs) {
    for (const auto& member : pair.members) {
      if (!member.reached) {
        missing += "warning: " + member.node + " of " + pair.name + " not reached" +
                   (member.reason.empty() ? "" : ": " + printable(member.reason)) + " (" + mend_for(member) +
                   ")\n";
      } else if (nodes <= lines_of_greeting_max) {
        reached += "connection established: " + member.node + "\n";
      } else {
        reached += (reached.empty() ? "connection established: " : ", ") + member.node;
      }
    }
  }
  if (!reached.empty() && !reached.ends_with('\n')) reached += "\n";
  return text + reached + missing;
}

class InteractiveShell {
 public:
  InteractiveShell(Session& session, gateway::Store& store, const ClusterStatus& status)
      : session_(session),
        name_(status.name),
        health_(store, session.runtime, status.verdict, [] { wake_up(); }),
        editor_({default_history_file(),
                 [this](std::string_view typed) { return complete_line(session_, typed); },
                 [this] { return news(); }}),
        lines_(editor_, [this] { return prompt(); }) {
    session_.notices->when_posted([this](const gateway::Notice& notice) {
      if (notice.kind != gateway::Notice::Kind::node_connected) health_.look();
      wake_up();
    });
  }
  InteractiveShell(const InteractiveShell&) = delete;
  InteractiveShell& operator=(const InteractiveShell&) = delete;
  ~InteractiveShell() { session_.notices->when_posted({}); }

  int run() {
    for (;;) {
      ScriptReader reader(lines_);
      forget_interrupt();
      auto command = reader.next();
      if (lines_.end() == LineEditor::End::interrupted) {
        forget_interrupt();
        if (interrupted()) return 128 + interrupting_signal();
        continue;
      }
      if (!command || !command->has_value()) break;
      one(**command);
      if (session_.leave) break;
    }
    if (!session_.leave) session_.out.line("");
    return 0;
  }

 private:
  void one(const ScriptCommand& command) {
    editor_.remember(command.text);
    if (!command.problem.empty()) return session_.report(Outcome::usage(command.problem));
    Input* const input = session_.input;
    TextInput here(command.here_document ? std::string_view(*command.here_document) : std::string_view());
    if (command.here_document) session_.input = &here;
    execute(session_, command.words);
    session_.input = input;
    if (session_.out.line_open()) session_.out.write("\n");  // the prompt begins its own line
    session_.out.flush();
  }

  std::string prompt() {
    const Verdict verdict = health_.verdict();
    std::string text = printable(name_);
    if (verdict != Verdict::healthy) {
      text += " " + coloured(verdict, verdict == Verdict::at_risk ? "at risk" : to_string(verdict),
                             session_.out.colours());
    }
    return text + ":" + printable(session_.directory) + "> ";
  }

  // What is told above the line while somebody types.
  std::string news() {
    std::string text;
    for (const auto& notice : session_.notices->take()) {
      if (const std::string told = sentence(notice, session_.verbose); !told.empty()) {
        text += "tandem: " + printable(told) + "\n";
      }
    }
    return text;
  }

  Session& session_;
  std::string name_;
  HealthWatch health_;
  LineEditor editor_;
  TypedLines lines_;
};

class Shell : public Verb {
 public:
  void define(Arguments& /*arguments*/) override {}

  Outcome check(const Session& session) const override {
    const bool inside = session.interactive || !session.script.empty();
    return inside ? Outcome::usage("shell: this is one already") : Outcome();
  }

  Outcome run(Session& session) override {
    if (::isatty(STDIN_FILENO) != 1 || !session.out.terminal()) {
      return Outcome::usage("shell: standard input and output must be a terminal",
                            "'run -' takes commands from a pipe");
    }
    session.cluster.stay();
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    auto status = (*store)->status();
    if (!status) return std::move(status).error();
    session.out.write(greeting(*status));
    session.out.line("'help' lists the commands, Ctrl-D leaves");
    session.notices->take();  // told by the greeting
    session.out.flush();
    session.interactive = true;
    watch_interrupts(OnInterrupt::stop_command);
    const int ended = InteractiveShell(session, **store, *status).run();
    watch_interrupts(OnInterrupt::end_program);
    return ended;
  }
};

}  // namespace

const Command shell_command{
    "shell",
    "the interactive shell",
    "Reads commands from the terminal: with line editing and history (kept in "
    "$XDG_STATE_HOME/tandem/history), "
    "completion of commands, options and paths with the tab key, and a prompt that shows the cluster's "
    "health and "
    "the working directory. Ctrl-C stops the running command, Ctrl-D leaves. While it runs, it watches the "
    "nodes, "
    "tells when one is lost or regained, and heals. The same is started by `tandem` without a command.",
    "tandem\ntandem --config home.toml shell",
    Command::Group::programs,
    make_verb<Shell>};

}  // namespace tandem::shell
