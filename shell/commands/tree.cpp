#include "shell/transfer/tree.hpp"
#include "shell/commands/listing.hpp"
#include "shell/commands/verbs.hpp"
#include "shell/output/documents.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

constexpr std::size_t page_entries = 1000;

class ShowTree : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.number("-L,--depth", "N", depth_, "Go down at most N levels.");
    arguments.option("--node", "NODE", ValueKind::node, node_,
                     "Show the names that this node (its HOST:PORT) holds, as it tells them itself.");
    arguments.optional_operand("PATH", ValueKind::remote_path, path_,
                               "Where to begin; the working directory by default.");
  }

  Outcome check(const Session& /*session*/) const override {
    return node_ && !path_.empty() ? Outcome::usage("tree: --node shows the whole node, without PATH")
                                   : Outcome();
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    if (node_) return show_node(session, **store);
    const std::string path = session.absolute(path_.empty() ? "." : path_.front());
    if (session.json) session.out.write(list_head(path));
    std::uint64_t files = 0;
    std::uint64_t directories = 0;
    bool first = true;
    auto walked = walk_items(**store, path, depth_.value_or(SIZE_MAX),
                             [&](const std::string& at, const gateway::Item& item, std::size_t depth) {
                               if (depth > 0) ++(item.kind == Kind::directory ? directories : files);
                               if (session.json) {
                                 session.out.write((first ? "" : ",") + found_element(at, item));
                               } else {
                                 session.out.line(std::string(depth * 2, ' ') +
                                                  shown_name(session, item, depth == 0 ? at : item.name) +
                                                  shown_target(session, item));
                               }
                               first = false;
                               return !session.stop() && !session.out.error();
                             });
    if (session.stop()) return interrupted_outcome();
    if (!walked) return walked;
    finish(session, files, directories);
    return {};
  }

 private:
  Outcome show_node(Session& session, gateway::Store& store) {
    if (session.json) session.out.write(list_head("/"));
    std::uint64_t files = 0;
    std::uint64_t directories = 0;
    std::string after;
    for (;;) {
      auto page = store.node_tree(*node_, after, page_entries);
      if (!page) return std::move(page).error();
      for (const auto& entry : *page) {
        if (session.json) {
          session.out.write((files + directories == 0 ? "" : ",") + node_entry_element(entry));
        } else {
          const bool directory = entry.kind == Kind::directory;
          const std::string name = session.out.terminal() ? printable(entry.path) : entry.path;
          session.out.line(directory && session.out.terminal() ? name + "/" : name);
        }
        ++(entry.kind == Kind::directory ? directories : files);
      }
      if (session.stop()) return interrupted_outcome();
      if (page->size() < page_entries || session.out.error()) break;
      after = page->back().path;
    }
    finish(session, files, directories);
    return {};
  }

  static void finish(Session& session, std::uint64_t files, std::uint64_t directories) {
    if (session.json) {
      session.out.line(list_tail);
    } else if (session.out.terminal()) {
      session.out.line("\n" + counted(directories, "directory", "directories") + ", " +
                       counted(files, "file"));
    }
  }

  std::optional<std::uint64_t> depth_{};
  std::optional<std::string> node_{};
  std::vector<std::string> path_{};
};

}  // namespace

const Command tree_command{
    "tree",
    "show directories with all below",
    "Shows PATH and everything below it, indented. With --node: the names one node holds, a path a line, as "
    "they stand in the tree/ folder of its data directory.",
    "tandem tree /photos\ntandem tree --node 127.0.0.1:7001",
    Command::Group::trees,
    make_verb<ShowTree>};

}  // namespace tandem::shell
