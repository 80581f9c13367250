#include "shell/commands/copying.hpp"
#include "shell/commands/verbs.hpp"
#include "shell/transfer/store_tree.hpp"

namespace tandem::shell {
namespace {

class Copy : public Verb {
 public:
  void define(Arguments& arguments) override {
    options_.define(arguments);
    arguments.operands("SOURCE", ValueKind::remote_path, sources_, 1, "A file or directory of the store.");
    arguments.operand("TARGET", ValueKind::remote_path, target_,
                      "A directory to copy into, or the new name of the one SOURCE.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    StoreTree tree(**store);
    std::vector<std::string> sources;
    for (const auto& path : sources_) {
      const bool contents = path == "." || path.ends_with("/.");
      sources.push_back(session.absolute(path) + (contents ? "/." : ""));
    }
    const std::string& target = target_.front();
    auto jobs =
        plan_copies(tree, sources, session.absolute(target), target.size() > 1 && target.ends_with('/'));
    if (!jobs) return std::move(jobs).error();
    for (auto& job : *jobs) {
      job.from = session.absolute(job.from);
      if (job.from == job.to) return Error{Code::invalid, "is the same as the target", job.from};
      if (job.from == "/" || job.to.starts_with(job.from + "/")) {
        return Error{Code::invalid, "cannot be copied into itself", job.from};
      }
    }
    return copy_trees(session, "cp", tree, tree, *jobs, options_);
  }

 private:
  CopyingOptions options_{};
  std::vector<std::string> sources_{};
  std::vector<std::string> target_{};
};

}  // namespace

const Command cp_command{"cp",
                         "copy files and trees within the store",
                         copying_description,
                         "tandem cp /draft /draft.old\ntandem cp -r /photos /photos.copy",
                         Command::Group::trees,
                         make_verb<Copy>};

}  // namespace tandem::shell
