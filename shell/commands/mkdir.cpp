#include "shell/commands/verbs.hpp"

namespace tandem::shell {
namespace {

class MakeDirectory : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("-p,--parents", parents_,
                   "Make the directories on the way too; no failure when it exists.");
    arguments.operands("PATH", ValueKind::remote_path, paths_, 1, "The new directory.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    return for_each(session, paths_, [&](const std::string& path) -> Outcome {
      return (*store)->make_directory(session.absolute(path), parents_, 0755);
    });
  }

 private:
  bool parents_ = false;
  std::vector<std::string> paths_{};
};

}  // namespace

const Command mkdir_command{"mkdir",
                            "make directories",
                            "Makes each PATH a directory. It fails if something has that name already, or if "
                            "the directory above does "
                            "not exist; -p makes what is missing on the way.",
                            "tandem mkdir /photos\ntandem mkdir -p /photos/2026/january",
                            Command::Group::files,
                            make_verb<MakeDirectory>};

}  // namespace tandem::shell
