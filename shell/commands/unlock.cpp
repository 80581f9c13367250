#include "shell/commands/verbs.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

class Unlock : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("--force", force_, "Take it from whoever holds it; told in `events`.");
    arguments.operands("PATH", ValueKind::remote_path, paths_, 1, "What is locked.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    return for_each(session, paths_, [&](const std::string& path) -> Outcome {
      if (!force_) return (*store)->unlock(session.absolute(path));
      auto broken = (*store)->break_lock(session.absolute(path));
      if (!broken) return std::move(broken).error();
      if (*broken == 0 && !session.json) session.messages.line(printable(path) + " was not locked");
      return {};
    });
  }

 private:
  bool force_ = false;
  std::vector<std::string> paths_{};
};

}  // namespace

const Command unlock_command{
    "unlock",
    "give a lock back, or take it away",
    "Gives back what `lock PATH` in the same shell or script took. With --force the lock is taken from "
    "whoever holds it: their changes under it are refused with `stale` from then on, and an event tells of "
    "it. A lock whose holder was killed needs no force: the next one to ask gets it.",
    "unlock /data/counter\ntandem unlock --force /jobs/nightly",
    Command::Group::files,
    make_verb<Unlock>};

}  // namespace tandem::shell
