#include "shell/commands/verbs.hpp"
#include "shell/transfer/tree.hpp"

namespace tandem::shell {
namespace {

class Link : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("-s,--symbolic", symbolic_, "Make a symbolic link, which leads to a path.");
    arguments.operand(
        "TARGET", ValueKind::remote_path, target_,
        "What the link leads to. That of a symbolic link is kept as it is given: a relative one "
        "counts from the link's own directory, and nothing need be there.");
    arguments.operand("PATH", ValueKind::remote_path, path_,
                      "The new name, or a directory to make it in, under TARGET's last name.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    std::string path = session.absolute(path_.front());
    auto there = (*store)->stat_followed(path);
    if (there && there->kind == Kind::directory) path = child_path(path, base_name(target_.front()));
    if (symbolic_) return (*store)->symlink(target_.front(), path);
    return (*store)->link(session.absolute(target_.front()), path);
  }

 private:
  bool symbolic_ = false;
  std::vector<std::string> target_{};
  std::vector<std::string> path_{};
};

}  // namespace

const Command ln_command{
    "ln",
    "make links",
    "Without -s: gives the file TARGET one more name. Both names are equal; the content stays until the last "
    "one is removed.\n\n"
    "With -s: makes a symbolic link. Commands follow it where bytes or what is in a directory is asked for; "
    "stat, mv, rm and ls -l are about the link itself.",
    "tandem ln /report /archive/report  # a second name\ntandem ln -s ../photos/2024 /albums/last-year",
    Command::Group::files,
    make_verb<Link>};

}  // namespace tandem::shell
