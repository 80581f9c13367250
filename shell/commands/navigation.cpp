// cd, pwd, exit and help: what only makes sense while somebody stays.
#include "shell/commands/dispatch.hpp"
#include "shell/commands/help.hpp"
#include "shell/commands/verbs.hpp"

namespace tandem::shell {
namespace {

class ChangeDirectory : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.optional_operand("PATH", ValueKind::remote_path, path_, "The root by default.");
  }

  Outcome run(Session& session) override {
    const std::string path = session.absolute(path_.empty() ? "/" : path_.front());
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    auto item = (*store)->stat_followed(path);
    if (!item) return std::move(item).error();
    if (item->kind != Kind::directory) return Error{Code::not_directory, "is no directory", path};
    session.directory = path;
    return {};
  }

 private:
  std::vector<std::string> path_{};
};

class PrintDirectory : public Verb {
 public:
  void define(Arguments& /*arguments*/) override {}
  Outcome run(Session& session) override {
    session.out.line(session.directory);
    return {};
  }
};

class Exit : public Verb {
 public:
  void define(Arguments& /*arguments*/) override {}
  Outcome run(Session& session) override {
    session.leave = true;
    return {};
  }
};

class Help : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.optional_operand("COMMAND", ValueKind::command, command_, "What to tell all about.");
  }
  Outcome check(const Session& session) const override {
    if (command_.empty() || find_command(command_.front()) != nullptr) return {};
    return unknown_command(command_.front(), session);
  }
  Outcome run(Session& session) override {
    if (command_.empty()) {
      session.out.write(overview(session.interactive));
      return {};
    }
    session.out.write(help_text(*find_command(command_.front())));
    return {};
  }

 private:
  std::vector<std::string> command_{};
};

}  // namespace

const Command cd_command{"cd",
                         "change the working directory",
                         "Paths that do not begin with / are taken from there.",
                         "cd /photos\ncd ..",
                         Command::Group::shell,
                         make_verb<ChangeDirectory>,
                         true};
const Command pwd_command{"pwd",
                          "tell the working directory",
                          "Every shell and every script begins in the root.",
                          "cd /photos\npwd",
                          Command::Group::shell,
                          make_verb<PrintDirectory>,
                          true};
const Command exit_command{
    "exit", "leave the shell",     "So does quit, and Ctrl-D. In a script: ends it with 0.",
    "exit", Command::Group::shell, make_verb<Exit>,
    true};
const Command help_command{"help",
                           "list the commands, or tell all about one",
                           "The same as --help, before and behind a command. The manual pages tandem(1) and "
                           "tandem-COMMAND(1) say it, too.",
                           "tandem help\ntandem help put --page",
                           Command::Group::programs,
                           make_verb<Help>};

}  // namespace tandem::shell
