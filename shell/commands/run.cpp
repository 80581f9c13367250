#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "shell/commands/dispatch.hpp"
#include "shell/commands/streams.hpp"
#include "shell/commands/verbs.hpp"
#include "shell/output/local_error.hpp"
#include "shell/script/script_reader.hpp"

namespace tandem::shell {
namespace {

// What a script may change of its session, put back at its end.
class Scope {
 public:
  explicit Scope(Session& session)
      : session_(session),
        input_(session.input),
        directory_(session.directory),
        script_(session.script),
        line_(session.line),
        leave_(session.leave) {}
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope() {
    session_.input = input_;
    session_.directory = directory_;
    session_.script = script_;
    session_.line = line_;
    session_.leave = leave_;
  }

 private:
  Session& session_;
  Input* input_;
  std::string directory_;
  std::string script_;
  std::uint64_t line_;
  bool leave_;
};

class RunScript : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("--keep-going", keep_going_, "Go on past failures; the status is 1 if there were any.");
    arguments.flag("--dry-run", dry_run_, "Check every line, and touch nothing.");
    arguments.flag("--echo", echo_, "Show each command before it runs, on standard error.");
    arguments.operand("SCRIPT", ValueKind::local_path, script_,
                      "A file of this machine; - is standard input.");
  }

  Outcome check(const Session& session) const override {
    return session.script.empty() ? Outcome() : Outcome::usage("run: a script cannot run another");
  }

  Outcome run(Session& session) override {
    const bool from_input = script_.front() == "-";
    const int descriptor = from_input ? STDIN_FILENO : ::open(script_.front().c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return local_error("cannot open the script", script_.front(), errno);
    if (!dry_run_) session.cluster.stay();
    const Scope scope(session);
    session.script = script_.front();
    NoInput no_input("standard input is the script; use a here-document");
    if (from_input) session.input = &no_input;
    Outcome outcome = run_lines(session, descriptor, from_input);
    if (!from_input) ::close(descriptor);
    return outcome;
  }

 private:
  Outcome run_lines(Session& session, int descriptor, bool from_input) {
    DescriptorLines lines(descriptor, session.script, session.stop);
    ScriptReader reader(lines);
    int last_failure = 0;
    for (;;) {
      auto command = reader.next();
      if (!command) return std::move(command).error();
      if (session.stop()) return interrupted_outcome();
      if (!command->has_value() || session.leave) break;
      session.line = (*command)->line;
      const int status = one(session, **command);
      if (from_input) session.out.flush();
      if (session.stop()) return interrupted_outcome();
      if (status == 0) continue;
      last_failure = status;
      if (!keep_going_ && !dry_run_) return status;
    }
    if (last_failure == 0) return {};
    return dry_run_ ? exit_status::usage : exit_status::some_failed;
  }

  int one(Session& session, const ScriptCommand& command) const {
    if (echo_) {
      session.out.flush();
      session.messages.line("+ " + command.text);
      session.messages.flush();
    }
    if (!command.problem.empty()) {
      const Outcome wrong = Outcome::usage(command.problem);
      session.report(wrong);
      return wrong.status;
    }
    Input* const input = session.input;
    TextInput here(command.here_document ? std::string_view(*command.here_document) : std::string_view());
    if (command.here_document) session.input = &here;
    Outcome outcome = dry_run_ ? shell::check(session, command.words) : execute(session, command.words);
    session.input = input;
    if (dry_run_) session.report(outcome);
    // A verdict is a result, not a failure.
    return command.words.front() == "status" && outcome.status <= 3 ? 0 : outcome.status;
  }

  bool keep_going_ = false;
  bool dry_run_ = false;
  bool echo_ = false;
  std::vector<std::string> script_{};
};

}  // namespace

const Command run_command{
    "run",
    "run commands from a file or from standard input",
    "Runs the commands of SCRIPT, one a line, until one fails; the message begins with SCRIPT:LINE and the "
    "status "
    "is that of the failure. A line of standard input runs as soon as it arrives. What `status` finds is a "
    "result "
    "and stops nothing.\n\n"
    "Lines are read as sh reads them: blanks separate words; '...' is literal; in \"...\" a backslash "
    "protects "
    "\" \\ $ and `; elsewhere it protects any character; # begins a comment; a backslash at the end of the "
    "line "
    "joins it with the next. There are no variables: $ is an ordinary character. ; | & < > mean nothing and "
    "must "
    "be quoted, except for the here-document, whose content is taken as it stands:\n\n"
    "  write /motd <<END\n"
    "  any text, $ and ` included\n"
    "  END\n\n"
    "With <<-END tabs at the beginning of its lines are dropped. cd, pwd and exit work as in the shell.",
    "tandem run nightly.tandem\ngenerate-commands | tandem run --keep-going -",
    Command::Group::programs,
    make_verb<RunScript>};

}  // namespace tandem::shell
