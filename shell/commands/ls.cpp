#include <algorithm>

#include "shell/commands/listing.hpp"
#include "shell/commands/verbs.hpp"
#include "shell/output/documents.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

using gateway::Item;

constexpr std::size_t batch_items = 1000;  // lines are aligned within a batch, so that any directory fits

class List : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("-l,--long", long_, "A line each: mode, owner, group, size, time, name.");
    arguments.flag("-d,--directory", itself_, "Show directories themselves instead of what is in them.");
    arguments.flag("--bytes", exact_, "Sizes as exact numbers of bytes (always so when not on a terminal).");
    arguments.flag("-h,--human", human_, "Sizes in human units, also when not on a terminal.");
    arguments.operands("PATH", ValueKind::remote_path, paths_, 0,
                       "What to list; the working directory by default.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    if (paths_.empty()) paths_.emplace_back(".");
    bool first = true;
    return for_each(session, paths_, [&](const std::string& path) -> Outcome {
      if (paths_.size() > 1 && !session.json) {
        session.out.write((first ? "" : "\n") + path + ":\n");
      }
      first = false;
      return list(session, **store, session.absolute(path));
    });
  }

 private:
  Outcome list(Session& session, gateway::Store& store, const std::string& path) {
    auto item = long_ || itself_ ? store.stat(path) : store.stat_followed(path);
    if (item.code() == Code::not_found) item = store.stat(path);  // a link that leads nowhere
    if (!item) return std::move(item).error();
    batch_.clear();
    if (session.json) session.out.write(list_head(path));
    bool first = true;
    Status listed = success();
    if (itself_ || item->kind != Kind::directory) {
      if (item->name.empty()) item->name = "/";
      show(session, *item, first);
    } else {
      listed = for_each_item(store, path, [&](const Item& each) {
        show(session, each, first);
        return !session.stop() && !session.out.error();
      });
    }
    if (session.stop()) return interrupted_outcome();
    if (!listed) return listed;
    flush_batch(session);
    if (session.json) session.out.line(list_tail);
    return {};
  }

  void show(Session& session, const Item& item, bool& first) {
    if (session.json) {
      session.out.write((first ? "" : ",") + entry_element(item));
      first = false;
      return;
    }
    batch_.push_back(item);
    if (batch_.size() == batch_items) flush_batch(session);
  }

  void flush_batch(Session& session) {
    if (long_) {
      show_long(session);
    } else if (session.out.terminal()) {
      show_columns(session);
    } else {
      for (const auto& item : batch_) session.out.line(item.name);
    }
    batch_.clear();
  }

  void show_long(Session& session) const {
    std::vector<std::string> owners;
    std::vector<std::string> sizes;
    std::size_t owner_width = 0;
    std::size_t size_width = 0;
    for (const auto& item : batch_) {
      owners.push_back(std::to_string(item.attributes.uid) + " " + std::to_string(item.attributes.gid));
      sizes.push_back(item.kind == Kind::directory ? "-"
                                                   : size_column(session, item.size_bytes, exact_, human_));
      owner_width = std::max(owner_width, owners.back().size());
      size_width = std::max(size_width, sizes.back().size());
    }
    for (std::size_t i = 0; i < batch_.size(); ++i) {
      const Item& item = batch_[i];
      const char kind = item.kind == Kind::directory ? 'd' : item.kind == Kind::symlink ? 'l' : '-';
      session.out.write(letters_of_mode(kind, item.attributes.mode) + " " + pad_left(owners[i], owner_width) +
                        " " + pad_left(sizes[i], size_width) + " " + local_time(item.attributes.modified_ns) +
                        " " + shown_name(session, item, item.name) + shown_target(session, item) + "\n");
    }
  }

  // As many columns as fit, read downwards.
  void show_columns(Session& session) const {
    if (batch_.empty()) return;
    constexpr std::size_t gap = 3;
    std::size_t width = gap;
    for (const auto& item : batch_) width = std::max(width, display_width(printable(item.name)) + gap);
    const auto columns = std::max<std::size_t>(1, static_cast<std::size_t>(session.out.columns()) / width);
    const std::size_t rows = (batch_.size() + columns - 1) / columns;
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t at = row; at < batch_.size(); at += rows) {
        const Item& item = batch_[at];
        session.out.write(shown_name(session, item, item.name));
        const std::size_t taken =
            display_width(printable(item.name)) + (item.kind == Kind::directory ? 1 : 0);
        if (at + rows < batch_.size()) session.out.write(std::string(width - taken, ' '));
      }
      session.out.write("\n");
    }
  }

  bool long_ = false;
  bool itself_ = false;
  bool exact_ = false;
  bool human_ = false;
  std::vector<std::string> paths_{};
  std::vector<Item> batch_{};
};

}  // namespace

const Command ls_command{
    "ls",
    "list directories",
    "Lists what is in each PATH, in byte order of the names, or PATH itself if it is a file. When not on a "
    "terminal: one name a line, as it is stored.",
    "tandem ls /photos\ntandem ls -l --bytes /photos\ntandem --json ls / | jq -r '.entries[].name'",
    Command::Group::files,
    make_verb<List>};

}  // namespace tandem::shell
