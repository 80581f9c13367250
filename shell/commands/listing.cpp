#include "shell/commands/listing.hpp"

#include "shell/output/text.hpp"
#include "shell/transfer/tree.hpp"

namespace tandem::shell {
namespace {

constexpr std::size_t page_entries = 1000;

// False: `each` wants no more.
Result<bool> walk_below(gateway::Store& store, const std::string& path, std::size_t depth,
                        std::size_t depth_max, const VisitItem& each) {
  Result<bool> go_on = true;
  auto listed = for_each_item(store, path, [&](const gateway::Item& item) {
    const std::string child = child_path(path, item.name);
    if (!each(child, item, depth)) {
      go_on = false;
    } else if (item.kind == Kind::directory && depth < depth_max) {
      go_on = walk_below(store, child, depth + 1, depth_max, each);
    }
    return go_on.ok() && *go_on;
  });
  // Removed by somebody else meanwhile: it is simply not there any more.
  if (!listed && listed.code() != Code::not_found) return std::move(listed).error();
  return go_on;
}

}  // namespace

Status for_each_item(gateway::Store& store, const std::string& path,
                     const std::function<bool(const gateway::Item&)>& each) {
  std::string after;
  for (;;) {
    auto page = store.list(path, after, page_entries);
    if (!page) return std::move(page).error();
    for (const auto& item : page->items) {
      if (!each(item)) return success();
    }
    if (!page->more || page->items.empty()) return success();
    after = page->items.back().name;
  }
}

Status walk_items(gateway::Store& store, const std::string& path, std::size_t depth_max,
                  const VisitItem& each) {
  auto start = store.stat(path);
  if (!start) return std::move(start).error();
  if (!each(path, *start, 0) || start->kind != Kind::directory || depth_max == 0) return success();
  auto walked = walk_below(store, path, 1, depth_max, each);
  if (!walked) return std::move(walked).error();
  return success();
}

std::string shown_name(const Session& session, const gateway::Item& item, const std::string& name) {
  if (!session.out.terminal()) return name;
  const bool directory = item.kind == Kind::directory;
  std::string text = printable(name);
  if (directory && session.out.colours()) text = "\x1b[1;34m" + text + "\x1b[0m";
  if (item.kind == Kind::symlink && session.out.colours()) text = "\x1b[36m" + text + "\x1b[0m";
  return directory && !name.ends_with('/') ? text + "/" : text;
}

std::string shown_target(const Session& session, const gateway::Item& item) {
  if (item.kind != Kind::symlink) return {};
  return " -> " + (session.out.terminal() ? printable(item.target) : item.target);
}

std::string size_column(const Session& session, std::uint64_t bytes, bool exact, bool human) {
  return session.human(exact, human) ? human_size(bytes) : std::to_string(bytes);
}

}  // namespace tandem::shell
