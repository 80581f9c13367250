#include "shell/commands/verbs.hpp"
#include "shell/transfer/tree.hpp"

namespace tandem::shell {
namespace {

constexpr std::size_t page_entries = 1000;
constexpr std::size_t depth_max = 2000;

class Remove : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("-r,--recursive", recursive_, "Remove directories with all below.");
    arguments.flag("-f,--force", force_, "No failure for what is not there.");
    arguments.operands("PATH", ValueKind::remote_path, paths_, 1, "What is to go.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    return for_each(session, paths_, [&](const std::string& path) -> Outcome {
      const std::string target = session.absolute(path);
      if (target == "/")
        return Error{Code::invalid, "the root is not removed", "/", "", "name what is to go"};
      Status removed = (*store)->remove(target);
      if (recursive_ && removed.code() == Code::not_empty) return remove_subtree(session, **store, target, 0);
      if (force_ && removed.code() == Code::not_found) return {};
      if (removed.code() == Code::not_empty) {
        return std::move(removed).error().hint("rm -r removes it with all below");
      }
      return removed;
    });
  }

 private:
  // Children first. What others add meanwhile is met by listing again.
  Outcome remove_subtree(Session& session, gateway::Store& store, const std::string& directory,
                         std::size_t depth) {
    if (depth > depth_max) return Error{Code::invalid, "directories are nested too deep", directory};
    for (;;) {
      auto page = store.list(directory, "", page_entries);
      if (!page) return page.code() == Code::not_found ? Outcome() : Outcome(std::move(page).error());
      for (const auto& item : page->items) {
        if (session.stop()) return interrupted_outcome();
        const std::string path = child_path(directory, item.name);
        Status removed = store.remove(path);
        if (removed.code() == Code::not_empty) {
          Outcome below = remove_subtree(session, store, path, depth + 1);
          if (below.status != 0) return below;
        } else if (!removed && removed.code() != Code::not_found) {
          return removed;
        }
      }
      if (page->more) continue;
      Status removed = store.remove(directory);
      if (removed || removed.code() == Code::not_found) return {};
      if (removed.code() != Code::not_empty) return removed;
    }
  }

  bool recursive_ = false;
  bool force_ = false;
  std::vector<std::string> paths_{};
};

}  // namespace

const Command rm_command{
    "rm",
    "remove files and directories",
    "Removes each PATH, which is a file or an empty directory; with -r a directory with all below. There is "
    "no "
    "way back. A removal interrupted half-way leaves what it has not come to; run it again.",
    "tandem rm /draft\ntandem rm -r /old",
    Command::Group::files,
    make_verb<Remove>};

}  // namespace tandem::shell
