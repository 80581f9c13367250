#include "shell/commands/copying.hpp"
#include "shell/commands/verbs.hpp"
#include "shell/transfer/local_tree.hpp"
#include "shell/transfer/store_tree.hpp"

namespace tandem::shell {
namespace {

class Put : public Verb {
 public:
  void define(Arguments& arguments) override {
    options_.define(arguments);
    arguments.operands("LOCAL", ValueKind::local_path, local_, 1, "A file or directory of this machine.");
    arguments.operand("REMOTE", ValueKind::remote_path, remote_,
                      "A directory of the store to copy into, or the new name of the one LOCAL.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    LocalTree from;
    StoreTree to(**store);
    const std::string& target = remote_.front();
    auto jobs = plan_copies(to, local_, session.absolute(target), target.size() > 1 && target.ends_with('/'));
    if (!jobs) return std::move(jobs).error();
    return copy_trees(session, "put", from, to, *jobs, options_);
  }

 private:
  CopyingOptions options_{};
  std::vector<std::string> local_{};
  std::vector<std::string> remote_{};
};

}  // namespace

const Command put_command{"put",
                          "copy files and trees of this machine into the store",
                          copying_description,
                          "tandem put report.pdf /papers/\ntandem put -r /usr/share/doc /import\n"
                          "tandem put -r --update photos/. /photos  # what is new in it",
                          Command::Group::trees,
                          make_verb<Put>};

}  // namespace tandem::shell
