#include "tests/support/memory_node/memory_node.hpp"

#include <algorithm>

#include "protocol/contract/checksums.hpp"
#include "protocol/contract/limits.hpp"
#include "tests/support/memory_node/memory_source.hpp"

namespace tandem::support {
namespace {

Error stale(std::string cause) {
  return {.code = Code::stale, .cause = std::move(cause)};
}

}  // namespace

class MemorySink : public StageSink {
 public:
  MemorySink(MemoryNode& node, const StageRequest& request, std::string base)
      : node_(node), request_(request), bytes_(std::move(base)) {
    at_ = request_.base ? request_.base->offset : 0;
    if (bytes_.size() < at_) bytes_.resize(at_);
  }
  Status write(std::span<const std::byte> bytes) override {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (bytes_.size() < at_ + text.size()) bytes_.resize(at_ + text.size());
    bytes_.replace(at_, text.size(), text);
    at_ += text.size();
    return success();
  }
  Result<StageReply> finish() override {
    ChecksumStream stream;
    stream.update(std::as_bytes(std::span(bytes_)));
    MemoryNode::Content content{.bytes = std::move(bytes_), .checksums = std::move(stream).finish()};
    content.digest = digest_of(content.checksums);
    const StageReply reply{content.bytes.size(), content.digest};
    const std::scoped_lock lock(node_.mutex_);
    if (request_.claim != 0 && node_.claims_[request_.id] != request_.claim)
      return stale("the claim is gone");
    ++node_.writes_;
    node_.staged_[{request_.id, request_.stamp}] = {
        request_.session, request_.claim, std::make_shared<const MemoryNode::Content>(std::move(content))};
    return reply;
  }

 private:
  MemoryNode& node_;
  StageRequest request_;
  std::string bytes_;
  std::size_t at_ = 0;
};

MemoryNode::MemoryNode(const NodeId& node, Run run) {
  identity_.node = node;
  identity_.run = run;
  identity_.version = "memory";
}

Status MemoryNode::check_reading(const CallGuard& guard) const {
  if (guard.node != identity_.node) return stale("this is another node");
  if (guard.cluster != identity_.cluster) return stale("this node belongs to another cluster");
  return success();
}

Status MemoryNode::check_changing(const CallGuard& guard) const {
  if (Status reading = check_reading(guard); !reading) return reading;
  if (guard.epoch != identity_.epoch) return stale("another epoch");
  if (guard.run != identity_.run) return stale("the node was started again");
  return success();
}

Result<NodeIdentity> MemoryNode::identify() {
  const std::scoped_lock lock(mutex_);
  return identity_;
}

Result<NodeStatus> MemoryNode::status() {
  const std::scoped_lock lock(mutex_);
  NodeStatus status{.identity = identity_, .reads = reads_, .writes = writes_};
  for (const auto& [id, object] : objects_) {
    if (object.removed) continue;
    ++(object.kind == Kind::directory ? status.directories : status.files);
    if (object.content) status.data_bytes += object.content->bytes.size();
  }
  for (const auto& [key, staged] : staged_) status.staged_bytes += staged.content->bytes.size();
  status.staged_files = staged_.size();
  status.free_bytes = std::uint64_t{1} << 40;
  return status;
}

Status MemoryNode::join(const ClusterId& cluster, Epoch epoch) {
  const std::scoped_lock lock(mutex_);
  if (!identity_.cluster.is_null() && identity_.cluster != cluster) {
    return Error{.code = Code::exists, .cause = "this node belongs to another cluster"};
  }
  identity_.cluster = cluster;
  identity_.epoch = std::max(identity_.epoch, epoch);
  return success();
}

Status MemoryNode::adopt_epoch(const CallGuard& guard, Epoch epoch) {
  const std::scoped_lock lock(mutex_);
  if (Status good = check_reading(guard); !good) return good;
  if (epoch < identity_.epoch) return stale("a greater epoch was adopted");
  identity_.epoch = epoch;
  return success();
}

Result<std::vector<ObjectState>> MemoryNode::look(const CallGuard& guard, std::span<const ObjectId> ids,
                                                  std::uint64_t claim) {
  const std::scoped_lock lock(mutex_);
  if (Status good = check_reading(guard); !good) return good.error();
  std::vector<ObjectState> states;
  for (const ObjectId& id : ids) {
    if (claim != 0) claims_[id] = claim;
    ObjectState state{.id = id};
    if (const auto found = objects_.find(id); found != objects_.end()) {
      state.settled = !found->second.removed;
      state.revision = found->second.revision;
      state.stamp = found->second.stamp;
      if (found->second.content) {
        state.size_bytes = found->second.content->bytes.size();
        state.digest = found->second.content->digest;
      }
    }
    for (auto it = staged_.lower_bound({id, {}}); it != staged_.end() && it->first.first == id; ++it) {
      state.staged.push_back(it->first.second);
    }
    states.push_back(std::move(state));
  }
  return states;
}

// The greater revision of each directory wins.
void MemoryNode::learn_directories(const SettleItem& item) {
  for (const DirectoryStep& step : item.directories) {
    const auto known = directories_.find(step.id);
    if (known != directories_.end() && known->second.revision > step.revision) continue;
    directories_[step.id] = {step.revision, step.parent, step.name};
  }
}

std::string MemoryNode::path_of(const Name& name) const {
  std::string path = "/" + name.name;
  ObjectId directory = name.directory;
  while (directory != root_directory) {
    const auto step = directories_.find(directory);
    if (step == directories_.end()) return "?" + path;
    path.insert(0, "/" + step->second.name);
    directory = step->second.parent;
  }
  return path;
}

void MemoryNode::forget(const ObjectId& id) {
  claims_.erase(id);
  std::erase_if(staged_, [&](const auto& entry) { return entry.first.first == id; });
}

Answer MemoryNode::settle_content(const SettleItem& item, Object& object) {
  if (object.content && object.stamp == item.stamp) return Answer::ok;
  const auto staged = staged_.find({item.id, item.stamp});
  if (staged == staged_.end()) return object.content ? Answer::older : Answer::absent;
  const std::uint64_t claim = staged->second.claim;
  const bool allowed = item.source == SettleSource::staged ? claim == 0
                       : item.source == SettleSource::claimed
                           ? claim != 0 && claim == item.claim && claims_[item.id] == claim
                           : false;
  if (!allowed) return object.content ? Answer::older : Answer::absent;
  object.content = staged->second.content;
  object.stamp = item.stamp;
  staged_.erase(staged);
  return Answer::ok;
}

Answer MemoryNode::settle_one(const SettleItem& item) {
  const auto found = objects_.find(item.id);
  if (found != objects_.end() && found->second.revision > item.revision) return Answer::newer;
  if (item.removed) {
    forget(item.id);
    objects_[item.id] = {.kind = item.kind, .revision = item.revision, .removed = true};
    return Answer::ok;
  }
  learn_directories(item);
  Object object = found == objects_.end() ? Object{} : found->second;
  object.kind = item.kind;
  if (item.kind == Kind::file) {
    const Answer content = settle_content(item, object);
    if (content != Answer::ok) return content;
  }
  object.revision = item.revision;
  object.removed = false;
  object.paths.clear();
  for (const Name& name : item.names) object.paths.push_back(path_of(name));
  objects_[item.id] = std::move(object);
  return Answer::ok;
}

Result<std::vector<Answer>> MemoryNode::settle(const CallGuard& guard, std::span<const SettleItem> items,
                                               bool) {
  const std::scoped_lock lock(mutex_);
  if (Status good = check_changing(guard); !good) return good.error();
  std::vector<Answer> answers;
  for (const SettleItem& item : items) answers.push_back(settle_one(item));
  return answers;
}

Result<InventoryPage> MemoryNode::inventory(const CallGuard& guard, std::optional<ObjectId> after,
                                            std::size_t limit) {
  const std::scoped_lock lock(mutex_);
  if (Status good = check_reading(guard); !good) return good.error();
  InventoryPage page;
  for (auto it = after ? objects_.upper_bound(*after) : objects_.begin(); it != objects_.end(); ++it) {
    if (it->second.removed) continue;
    if (page.entries.size() == limit) {
      page.next = page.entries.back().id;
      break;
    }
    page.entries.push_back({it->first, it->second.kind, it->second.revision});
  }
  return page;
}

Result<std::vector<StagedState>> MemoryNode::staged(const CallGuard& guard, std::size_t limit) {
  const std::scoped_lock lock(mutex_);
  if (Status good = check_reading(guard); !good) return good.error();
  std::vector<StagedState> all;
  for (const auto& [key, staged] : staged_) {
    if (all.size() < limit)
      all.push_back({key.first, key.second, staged.session, staged.content->bytes.size()});
  }
  return all;
}

Status MemoryNode::drop_staged(const CallGuard& guard, std::span<const StagedState> which) {
  const std::scoped_lock lock(mutex_);
  if (Status good = check_changing(guard); !good) return good;
  for (const StagedState& one : which) staged_.erase({one.id, one.stamp});
  return success();
}

bool MemoryNode::is_whole(const Content& content) {
  ChecksumStream stream;
  stream.update(std::as_bytes(std::span(content.bytes)));
  return std::move(stream).finish() == content.checksums;
}

Result<Answer> MemoryNode::verify(const CallGuard& guard, const ObjectId& id, const Stamp& stamp) {
  const std::scoped_lock lock(mutex_);
  if (Status good = check_reading(guard); !good) return good.error();
  const auto found = objects_.find(id);
  if (found == objects_.end() || !found->second.content) return Answer::absent;
  if (found->second.stamp != stamp) return found->second.stamp < stamp ? Answer::older : Answer::newer;
  return is_whole(*found->second.content) ? Answer::ok : Answer::damaged;
}

Result<std::vector<TreeEntry>> MemoryNode::tree(const CallGuard& guard, const std::string& after,
                                                std::size_t limit) {
  const std::scoped_lock lock(mutex_);
  if (Status good = check_reading(guard); !good) return good.error();
  std::map<std::string, TreeEntry> shown;
  for (const auto& [id, object] : objects_) {
    for (const std::string& path : object.paths) {
      if (path > after) shown[path] = {path, object.kind, object.content ? object.content->bytes.size() : 0};
    }
  }
  std::vector<TreeEntry> page;
  for (const auto& [path, entry] : shown) {
    if (page.size() < limit) page.push_back(entry);
  }
  return page;
}

Result<std::unique_ptr<StageSink>> MemoryNode::stage(const CallGuard& guard, const StageRequest& request) {
  const std::scoped_lock lock(mutex_);
  if (Status good = check_changing(guard); !good) return good.error();
  std::string base;
  if (request.base) {
    const auto found = objects_.find(request.id);
    if (found == objects_.end() || !found->second.content || found->second.stamp != request.base->stamp) {
      return stale("the base is not held");
    }
    base = found->second.content->bytes;
  }
  return std::unique_ptr<StageSink>(std::make_unique<MemorySink>(*this, request, std::move(base)));
}

Result<std::unique_ptr<ContentSource>> MemoryNode::fetch(const CallGuard& guard,
                                                         const FetchRequest& request) {
  const std::scoped_lock lock(mutex_);
  if (Status good = check_reading(guard); !good) return good.error();
  FetchHead head;
  std::shared_ptr<const Content> content;
  const auto found = objects_.find(request.id);
  if (found != objects_.end()) head.revision = found->second.revision;
  if (const auto staged = staged_.find({request.id, request.stamp}); staged != staged_.end()) {
    content = staged->second.content;
  } else if (found != objects_.end() && found->second.content) {
    const Stamp held = found->second.stamp;
    head.answer = held == request.stamp ? Answer::ok : held < request.stamp ? Answer::older : Answer::newer;
    if (held == request.stamp) content = found->second.content;
  }
  if (!content) return std::unique_ptr<ContentSource>(std::make_unique<MemorySource>(head, nullptr));
  ++reads_;
  head.answer = Answer::ok;
  head.size_bytes = content->bytes.size();
  head.digest = content->digest;
  head.offset = request.offset;
  const std::uint64_t left = head.size_bytes - std::min(head.size_bytes, request.offset);
  head.length = std::min(left, request.length);
  if (head.length > 0) {
    const auto first = static_cast<std::ptrdiff_t>(head.offset / limits::block_bytes);
    const auto last = static_cast<std::ptrdiff_t>((head.offset + head.length - 1) / limits::block_bytes);
    head.checksums.assign(content->checksums.begin() + first, content->checksums.begin() + last + 1);
  }
  std::shared_ptr<const std::string> bytes(content, &content->bytes);
  return std::unique_ptr<ContentSource>(std::make_unique<MemorySource>(std::move(head), std::move(bytes)));
}

void MemoryNode::damage(const ObjectId& id, std::size_t at) {
  const std::scoped_lock lock(mutex_);
  Object& object = objects_.at(id);
  Content damaged = *object.content;
  damaged.bytes.at(at) = static_cast<char>(damaged.bytes.at(at) ^ 1);
  object.content = std::make_shared<const Content>(std::move(damaged));
}

}  // namespace tandem::support
