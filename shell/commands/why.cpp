#include "shell/commands/verbs.hpp"
#include "shell/output/documents.hpp"
#include "shell/output/picture.hpp"

namespace tandem::shell {
namespace {

class Why : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("--bytes", exact_, "Exact numbers of bytes instead of human units.");
    arguments.operand("PATH", ValueKind::remote_path, path_, "A file, directory or symbolic link.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    auto report = (*store)->why(session.absolute(path_.front()));
    if (!report) return std::move(report).error();
    const PictureStyle style{session.out.columns(), session.out.colours(), exact_,
                             session.runtime.wall_now()};
    session.out.write(session.json ? why_document(*report) + "\n" : why_picture(*report, style));
    return {};
  }

 private:
  bool exact_ = false;
  std::vector<std::string> path_{};
};

}  // namespace

const Command why_command{
    "why",
    "tell who holds a file, in which version, and what is missing",
    "Asks every member of the file's pair what it holds and compares it with the catalogue: good, behind, "
    "corrupt, missing, foreign or unreachable. Tells whether the file is to be healed, from where, and what "
    "that "
    "waits for.",
    "tandem why /photos/1.jpg",
    Command::Group::cluster,
    make_verb<Why>};

}  // namespace tandem::shell
