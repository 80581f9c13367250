#include "shell/commands/listing.hpp"
#include "shell/commands/verbs.hpp"
#include "shell/output/documents.hpp"
#include "shell/output/text.hpp"
#include "shell/transfer/tree.hpp"

namespace tandem::shell {
namespace {

constexpr std::size_t depth_max = 2000;

class DiskUsage : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("-s,--summarize", summary_, "Only the total of each PATH.");
    arguments.flag("--bytes", exact_, "Exact numbers of bytes (always so when not on a terminal).");
    arguments.flag("-h,--human", human_, "Human units, also when not on a terminal.");
    arguments.operands("PATH", ValueKind::remote_path, paths_, 0, "The working directory by default.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    if (paths_.empty()) paths_.emplace_back(".");
    return for_each(session, paths_, [&](const std::string& given) -> Outcome {
      const std::string path = session.absolute(given);
      auto item = (*store)->stat(path);
      if (!item) return std::move(item).error();
      first_ = true;
      if (session.json) session.out.write(list_head(path));
      Usage usage{path, 0, 0, 0};
      if (item->kind == Kind::directory) {
        if (auto added = add_directory(session, **store, usage, 0); !added) return added;
      } else {
        usage.files = 1;
        usage.size_bytes = item->size_bytes;
      }
      if (session.stop()) return interrupted_outcome();
      show(session, usage);
      if (session.json) session.out.line(list_tail);
      return {};
    });
  }

 private:
  // Sums up what is below usage.path; the directories in it are shown as they are done.
  Status add_directory(Session& session, gateway::Store& store, Usage& usage, std::size_t depth) {
    if (depth > depth_max) return Error{Code::invalid, "directories are nested too deep", usage.path};
    Status below = success();
    auto listed = for_each_item(store, usage.path, [&](const gateway::Item& item) {
      if (item.kind != Kind::directory) {
        ++usage.files;
        usage.size_bytes += item.size_bytes;
      } else {
        Usage inner{child_path(usage.path, item.name), 0, 0, 0};
        below = add_directory(session, store, inner, depth + 1);
        if (below && !summary_) show(session, inner);
        usage.files += inner.files;
        usage.directories += inner.directories + 1;
        usage.size_bytes += inner.size_bytes;
      }
      return below.ok() && !session.stop();
    });
    return below.ok() ? listed : below;
  }

  void show(Session& session, const Usage& usage) {
    if (session.json) {
      session.out.write((first_ ? "" : ",") + usage_element(usage));
    } else {
      const std::string size = size_column(session, usage.size_bytes, exact_, human_);
      const std::string path = session.out.terminal() ? printable(usage.path) : usage.path;
      session.out.line(session.human(exact_, human_) ? pad_left(size, 10) + "  " + path : size + "\t" + path);
    }
    first_ = false;
  }

  bool summary_ = false;
  bool exact_ = false;
  bool human_ = false;
  bool first_ = true;
  std::vector<std::string> paths_{};
};

}  // namespace

const Command du_command{
    "du",
    "sum up the sizes of files below directories",
    "Sums up the contents of the files at and below each PATH, and of each directory on the way. "
    "Every content is stored on all members of its pair; it is counted once here.",
    "tandem du -s /photos\ntandem du --bytes /",
    Command::Group::trees,
    make_verb<DiskUsage>};

}  // namespace tandem::shell
