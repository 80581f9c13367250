#include "shell/commands/verbs.hpp"

namespace tandem::shell {
namespace {

class Create : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.operands("PATH", ValueKind::remote_path, paths_, 1,
                       "The new file; its directory must be there.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    return for_each(session, paths_, [&](const std::string& path) -> Outcome {
      auto made = (*store)->create(session.absolute(path));
      if (!made) return std::move(made).error();
      return {};
    });
  }

 private:
  std::vector<std::string> paths_{};
};

}  // namespace

const Command create_command{"create",
                             "make empty files",
                             "Makes each PATH an empty file. It fails if something has that name already.",
                             "tandem create /notes/today",
                             Command::Group::files,
                             make_verb<Create>};

}  // namespace tandem::shell
