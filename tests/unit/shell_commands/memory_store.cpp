#include "tests/unit/shell_commands/memory_store.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "shell/commands/dispatch.hpp"
#include "shell/transfer/tree.hpp"

namespace tandem::shell::test {
namespace {

using gateway::Item;
using gateway::WriteOptions;

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

class MemoryReader : public gateway::Reader {
 public:
  MemoryReader(Item item, std::string bytes) : item_(std::move(item)), bytes_(std::move(bytes)) {}
  const Item& item() const override { return item_; }
  Result<std::size_t> read(std::span<std::byte> out) override {
    const std::size_t taken = std::min({out.size(), bytes_.size() - at_, std::size_t{1000}});
    if (taken > 0) std::memcpy(out.data(), bytes_.data() + at_, taken);
    at_ += taken;
    return taken;
  }

 private:
  Item item_;
  std::string bytes_;
  std::size_t at_ = 0;
};

class MemoryWriter : public gateway::Writer {
 public:
  MemoryWriter(MemoryStore& store, std::string path, WriteOptions options)
      : store_(store), path_(std::move(path)), options_(options) {}
  Status write(std::span<const std::byte> bytes) override {
    collected_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return success();
  }
  Result<Item> commit() override { return store_.write(path_, collected_, options_); }

 private:
  MemoryStore& store_;
  std::string path_;
  WriteOptions options_;
  std::string collected_{};
};

}  // namespace

MemoryStore::MemoryStore() {
  nodes_["/"].item.kind = Kind::directory;
}

Item& MemoryStore::add(const std::string& path, Kind kind) {
  Item& item = nodes_[path].item;
  item.name = base_name(path);
  item.kind = kind;
  item.id.bytes[15] = next_id_++;
  item.pair = kind == Kind::file ? "p1" : "";
  return item;
}

Status MemoryStore::check_new(const std::string& path) const {
  if (nodes_.contains(path)) return Error{Code::exists, "exists already", path};
  const auto parent = nodes_.find(parent_of(path));
  if (parent == nodes_.end()) return Error{Code::not_found, "there is no such directory", parent_of(path)};
  if (parent->second.item.kind != Kind::directory)
    return Error{Code::not_directory, "is no directory", parent->first};
  return success();
}

Status MemoryStore::make_directory(std::string_view path, bool with_parents, std::uint32_t mode) {
  const std::string whole(path);
  if (with_parents && nodes_.contains(whole)) return success();
  if (with_parents && !nodes_.contains(parent_of(whole))) {
    if (auto made = make_directory(parent_of(whole), true, mode); !made) return made;
  }
  if (auto free = check_new(whole); !free) return free;
  add(whole, Kind::directory).attributes.mode = mode;
  return success();
}

Result<Item> MemoryStore::create(std::string_view path) {
  if (auto free = check_new(std::string(path)); !free) return std::move(free).error();
  return add(std::string(path), Kind::file);
}

Status MemoryStore::move(std::string_view from, std::string_view to, bool no_replace) {
  const std::string source(from);
  const std::string target(to);
  if (!nodes_.contains(source)) return Error{Code::not_found, "there is no such file or directory", source};
  if (no_replace && nodes_.contains(target)) return Error{Code::exists, "exists already", target};
  std::map<std::string, Node> moved;
  for (auto& [path, node] : nodes_) {
    const bool below = path.starts_with(source + "/");
    moved[path == source || below ? target + path.substr(source.size()) : path] = node;
  }
  nodes_ = std::move(moved);
  nodes_[target].item.name = base_name(target);
  return success();
}

Status MemoryStore::remove(std::string_view path) {
  const std::string whole(path);
  if (failing.contains(whole)) return Error{Code::unavailable, "nobody answers", whole};
  if (!nodes_.contains(whole)) return Error{Code::not_found, "there is no such file or directory", whole};
  for (const auto& [other, node] : nodes_) {
    if (other.starts_with(whole + "/")) return Error{Code::not_empty, "is not empty", whole};
  }
  nodes_.erase(whole);
  return success();
}

Status MemoryStore::symlink(std::string_view target, std::string_view path) {
  if (auto free = check_new(std::string(path)); !free) return free;
  add(std::string(path), Kind::symlink).target = target;
  return success();
}

Result<Item> MemoryStore::stat_followed(std::string_view path) {
  auto item = stat(path);
  return item && item->kind == Kind::symlink ? stat_followed(item->target) : item;
}

Status MemoryStore::set_attributes(std::string_view path, const Attributes& attributes) {
  nodes_.at(std::string(path)).item.attributes = attributes;
  return success();
}

Result<Item> MemoryStore::stat(std::string_view path) {
  if (failing.contains(std::string(path)))
    return Error{Code::unavailable, "nobody answers", std::string(path)};
  const auto found = nodes_.find(std::string(path));
  if (found == nodes_.end())
    return Error{Code::not_found, "there is no such file or directory", std::string(path)};
  return found->second.item;
}

Result<gateway::ItemPage> MemoryStore::list(std::string_view path, std::string_view after,
                                            std::size_t limit) {
  auto item = stat(path);
  if (!item) return std::move(item).error();
  if (item->kind != Kind::directory) return Error{Code::not_directory, "is no directory", std::string(path)};
  gateway::ItemPage page;
  for (const auto& [other, node] : nodes_) {
    if (other == "/" || parent_of(other) != path || node.item.name <= after) continue;
    page.items.push_back(node.item);
  }
  std::sort(page.items.begin(), page.items.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  page.more = page.items.size() > limit;
  if (page.more) page.items.resize(limit);
  return page;
}

Result<std::string> MemoryStore::read(std::string_view path) {
  auto item = stat(path);
  if (!item) return std::move(item).error();
  if (item->kind == Kind::directory) return Error{Code::is_directory, "is a directory", std::string(path)};
  return nodes_.at(std::string(path)).content;
}

Result<std::unique_ptr<gateway::Reader>> MemoryStore::open_reader(std::string_view path, std::uint64_t offset,
                                                                  std::optional<std::uint64_t> length) {
  auto content = read(path);
  if (!content) return std::move(content).error();
  std::string part =
      offset > content->size() ? "" : content->substr(offset, length.value_or(content->size()));
  return std::unique_ptr<gateway::Reader>(std::make_unique<MemoryReader>(*stat(path), std::move(part)));
}

Result<std::unique_ptr<gateway::Writer>> MemoryStore::open_writer(std::string_view path,
                                                                  const WriteOptions& options) {
  return std::unique_ptr<gateway::Writer>(std::make_unique<MemoryWriter>(*this, std::string(path), options));
}

Result<Item> MemoryStore::write(std::string_view path, std::string_view bytes, const WriteOptions& options) {
  const std::string whole(path);
  if (failing.contains(whole)) return Error{Code::unavailable, "nobody answers", whole};
  if (!nodes_.contains(whole)) {
    if (auto free = check_new(whole); !free) return std::move(free).error();
    add(whole, Kind::file);
  }
  Node& node = nodes_[whole];
  if (node.item.kind == Kind::directory) return Error{Code::is_directory, "is a directory", whole};
  if (options.where == WriteOptions::Where::replace) node.content.clear();
  const std::size_t at = options.where == WriteOptions::Where::offset ? options.offset : node.content.size();
  if (node.content.size() < at + bytes.size()) node.content.resize(at + bytes.size());
  node.content.replace(at, bytes.size(), bytes);
  node.item.size_bytes = node.content.size();
  if (options.attributes) node.item.attributes = *options.attributes;
  return node.item;
}

Result<std::vector<TreeEntry>> MemoryStore::node_tree(std::string_view node, const std::string& after,
                                                      std::size_t) {
  if (node != "127.0.0.1:7001") return Error{Code::not_found, "no such node", "", std::string(node)};
  std::vector<TreeEntry> entries;
  for (const auto& [path, one] : nodes_) {
    if (path != "/" && path > after) entries.push_back({path, one.item.kind, one.item.size_bytes});
  }
  return entries;
}

Result<Revision> MemoryStore::lock(std::string_view path, const gateway::LockOptions& options) {
  if (auto present = stat(path); !present) return std::move(present).error();
  for (const auto& lock : locked) {
    if (lock.path == path) return Error{Code::locked, "held by a test", std::string(path)};
  }
  locked.push_back({.path = std::string(path), .shared = options.shared, .is_explicit = true, .fence = 7});
  return Revision{7};
}

Status MemoryStore::unlock(std::string_view path) {
  const auto broken = break_lock(path);
  if (broken && *broken > 0) return success();
  return Error{Code::invalid, "this client has no lock on it", std::string(path)};
}

Result<std::size_t> MemoryStore::break_lock(std::string_view path) {
  return std::erase_if(locked, [&](const auto& lock) { return lock.path == path; });
}

Result<gateway::PathReport> MemoryStore::why(std::string_view path) {
  auto item = stat(path);
  if (!item) return std::move(item).error();
  gateway::PathReport report;
  report.path = path;
  report.kind = item->kind;
  report.verdict = "ok";
  return report;
}

Result<std::vector<gateway::LoggedEvent>> MemoryStore::events(std::uint64_t after, std::size_t limit) {
  std::vector<gateway::LoggedEvent> found;
  for (std::uint64_t number = after; number < happened.size() && found.size() < limit; ++number)
    found.push_back({number + 1, happened[number]});
  return found;
}

Result<gateway::HealProgress> MemoryStore::heal(
    const std::function<bool(const gateway::HealProgress&)>& progress) {
  gateway::HealProgress done;
  done.files_done = 2;
  progress(done);
  return done;
}

TestSession::TestSession() : session(*this, runtime, input, out, messages) {
  memory.cluster_status.name = "home";
  settings.pairs = {{"p1", {"127.0.0.1:7001", "127.0.0.1:7002"}}};
}

Result<gateway::Store*> TestSession::store() {
  ++opened;
  return static_cast<gateway::Store*>(&memory);
}

int TestSession::run(const std::vector<std::string>& words) {
  return execute(session, words).status;
}
std::string TestSession::said() {
  return std::exchange(out.text, {});
}
std::string TestSession::told() {
  return std::exchange(messages.text, {});
}

}  // namespace tandem::shell::test
