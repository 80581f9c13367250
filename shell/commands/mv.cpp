#include "shell/commands/verbs.hpp"
#include "shell/transfer/tree.hpp"

namespace tandem::shell {
namespace {

class Move : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("-n,--no-clobber", no_replace_, "Fail instead of replacing what is there.");
    arguments.flag("-T,--no-target-directory", exact_,
                   "Take TARGET as the new name even if it is a directory.");
    arguments.operands("SOURCE", ValueKind::remote_path, sources_, 1, "What is to have another name.");
    arguments.operand("TARGET", ValueKind::remote_path, target_,
                      "The new name, or a directory to move into.");
  }

  Outcome run(Session& session) override {
    auto opened = session.cluster.store();
    if (!opened) return std::move(opened).error();
    gateway::Store& store = **opened;
    const std::string target = session.absolute(target_.front());
    bool into = false;
    if (!exact_) {
      auto there = store.stat_followed(target);
      if (!there && there.code() != Code::not_found) return std::move(there).error();
      into = there.ok() && there->kind == Kind::directory;
    }
    if (sources_.size() > 1 && !into) {
      return Error{Code::not_directory, "is no directory, so several cannot be moved there", target};
    }
    return for_each(session, sources_, [&](const std::string& path) -> Outcome {
      const std::string source = session.absolute(path);
      return store.move(source, into ? child_path(target, base_name(source)) : target, no_replace_);
    });
  }

 private:
  bool no_replace_ = false;
  bool exact_ = false;
  std::vector<std::string> sources_{};
  std::vector<std::string> target_{};
};

}  // namespace

const Command mv_command{"mv",
                         "rename or move files and directories",
                         "Gives SOURCE the name TARGET, or moves it into TARGET if that is a directory. A "
                         "file that has the name is "
                         "replaced at once: other readers see the old one or the new one, never neither. "
                         "With several SOURCEs TARGET "
                         "must be a directory. However much is below a directory, moving it is one step.",
                         "tandem mv /draft /final\ntandem mv -n /draft /final  # not over an existing "
                         "one\ntandem mv /a /b /c /archive",
                         Command::Group::files,
                         make_verb<Move>};

}  // namespace tandem::shell
