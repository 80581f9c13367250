#include "shell/commands/copying.hpp"
#include "shell/commands/verbs.hpp"
#include "shell/transfer/local_tree.hpp"
#include "shell/transfer/store_tree.hpp"

namespace tandem::shell {
namespace {

class Get : public Verb {
 public:
  void define(Arguments& arguments) override {
    options_.define(arguments);
    arguments.operands("REMOTE", ValueKind::remote_path, remote_, 1, "A file or directory of the store.");
    arguments.operand("LOCAL", ValueKind::local_path, local_,
                      "A directory of this machine to copy into, or the new name of the one REMOTE.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    StoreTree from(**store);
    LocalTree to;
    std::vector<std::string> sources;
    for (const auto& path : remote_) {
      // "dir/." means what is in it, as for cp; a resolved path would have lost the dot.
      const bool contents = path == "." || path.ends_with("/.");
      sources.push_back(session.absolute(path) + (contents ? "/." : ""));
    }
    const std::string& target = local_.front();
    auto jobs = plan_copies(to, sources, target, target.size() > 1 && target.ends_with('/'));
    if (!jobs) return std::move(jobs).error();
    for (auto& job : *jobs) job.from = session.absolute(job.from);
    return copy_trees(session, "get", from, to, *jobs, options_);
  }

 private:
  CopyingOptions options_{};
  std::vector<std::string> remote_{};
  std::vector<std::string> local_{};
};

}  // namespace

const Command get_command{"get",
                          "copy files and trees of the store to this machine",
                          copying_description,
                          "tandem get /papers/report.pdf .\ntandem get -r /import /tmp/restored\n"
                          "tandem get -r --checksum /photos/. photos",
                          Command::Group::trees,
                          make_verb<Get>};

}  // namespace tandem::shell
