#include "tests/unit/storaged_guarded/node_on_disk.hpp"

#include <random>

namespace tandem::test {

Status TestLife::join(const ClusterId& cluster, Epoch epoch) {
  if (!present.cluster.is_null() && present.cluster != cluster) return Error{Code::exists, "another cluster"};
  present.cluster = cluster;
  present.epoch = epoch;
  return success();
}

Status TestLife::adopt_epoch(Epoch epoch) {
  if (epoch < present.epoch) return Error{Code::stale, "a smaller epoch"};
  present.epoch = epoch;
  return success();
}

ObjectId id_of(std::uint64_t number) {
  std::mt19937_64 random(number);
  ObjectId id;
  for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(random() & 0xff);
  return id;
}

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string patterned(std::size_t size_bytes, std::uint64_t seed) {
  std::string content(size_bytes, '\0');
  std::mt19937_64 random(seed);
  for (std::size_t at = 0; at < size_bytes; at += 8) {
    const std::uint64_t word = random();
    std::memcpy(content.data() + at, &word, std::min<std::size_t>(8, size_bytes - at));
  }
  return content;
}

std::vector<BlockChecksum> checksums_of(std::string_view content) {
  ChecksumStream stream;
  stream.update(bytes_of(content));
  return std::move(stream).finish();
}

Digest digest_of_content(std::string_view content) {
  return digest_of(checksums_of(content));
}

SettleItem file_item(std::uint64_t id, Revision revision, Stamp stamp, std::string_view content,
                     std::vector<Name> names) {
  SettleItem item;
  item.id = id_of(id);
  item.revision = revision;
  item.stamp = stamp;
  item.size_bytes = content.size();
  item.digest = digest_of_content(content);
  item.source = SettleSource::staged;
  item.names = std::move(names);
  return item;
}

SettleItem removal_of(std::uint64_t id, Revision revision, Kind kind) {
  SettleItem item;
  item.id = id_of(id);
  item.kind = kind;
  item.revision = revision;
  item.removed = true;
  return item;
}

SettleItem directory_item(std::uint64_t id, Revision revision, Name place) {
  SettleItem item;
  item.id = id_of(id);
  item.kind = Kind::directory;
  item.revision = revision;
  item.names = {std::move(place)};
  return item;
}

storaged::GuardedNodeOptions NodeOnDisk::small_options() {
  storaged::GuardedNodeOptions options;
  options.reserve_bytes = 0;
  return options;
}

NodeOnDisk::NodeOnDisk(storaged::Filesystem& filesystem, storaged::GuardedNodeOptions options)
    : filesystem_(filesystem), options_(options) {
  life_.present.node.bytes[0] = 7;
  life_.present.cluster.bytes[0] = 9;
  life_.present.epoch = 1;
}

Status NodeOnDisk::start(bool cleanly) {
  node_.reset();
  life_.present.previous_run = life_.present.run;
  life_.present.previous_clean = cleanly;
  ++life_.present.run;
  auto node = storaged::GuardedNode::open(runtime_, filesystem_, life_, options_);
  if (!node.ok()) return node.error();
  node_ = std::move(*node);
  return success();
}

CallGuard NodeOnDisk::guard() const {
  const NodeIdentity& present = life_.present;
  return {present.cluster, present.node, present.epoch, present.run};
}

Status NodeOnDisk::put(const ObjectId& id, Stamp stamp, std::string_view content, std::uint64_t claim,
                       std::optional<StageBase> base, bool durable) {
  StageRequest request;
  request.id = id;
  request.stamp = stamp;
  request.session = claim == 0 ? 5 : 0;
  request.claim = claim;
  request.base = base;
  request.durable = durable;
  auto sink = node_->stage(guard(), request);
  if (!sink.ok()) return sink.error();
  Status status = (*sink)->write(bytes_of(content));
  if (!status.ok()) return status;
  const auto reply = (*sink)->finish();
  return reply.ok() ? success() : Status(reply.error());
}

Answer NodeOnDisk::settle(const SettleItem& item, bool durable) {
  const auto answers = node_->settle(guard(), std::span(&item, 1), durable);
  EXPECT_TRUE(answers.ok()) << (answers.ok() ? "" : to_string(answers.error()));
  return answers.ok() ? answers->front() : Answer::damaged;
}

ObjectState NodeOnDisk::look(const ObjectId& id, std::uint64_t claim) {
  const auto states = node_->look(guard(), std::span(&id, 1), claim);
  EXPECT_TRUE(states.ok()) << (states.ok() ? "" : to_string(states.error()));
  return states.ok() ? states->front() : ObjectState{};
}

Result<std::string> NodeOnDisk::get(const ObjectId& id, Stamp stamp, std::uint64_t offset,
                                    std::uint64_t length) {
  auto source = node_->fetch(guard(), {id, stamp, offset, length});
  if (!source.ok()) return source.error();
  if ((*source)->head().answer != Answer::ok) return Error{Code::stale, "another answer than ok"};
  std::string content(static_cast<std::size_t>((*source)->head().length), '\0');
  std::size_t done = 0;
  while (done < content.size()) {
    const auto count =
        (*source)->read(std::as_writable_bytes(std::span(content.data() + done, content.size() - done)));
    if (!count.ok()) return count.error();
    if (*count == 0) return Error{Code::corrupt, "fewer bytes than announced"};
    done += *count;
  }
  return content;
}

Answer NodeOnDisk::fetch_answer(const ObjectId& id, Stamp stamp) {
  const auto source = node_->fetch(guard(), {id, stamp, 0, 1});
  EXPECT_TRUE(source.ok()) << (source.ok() ? "" : to_string(source.error()));
  return source.ok() ? (*source)->head().answer : Answer::damaged;
}

std::vector<std::string> NodeOnDisk::tree() {
  std::vector<std::string> paths;
  const auto entries = node_->tree(guard(), "", limits::inventory_entries_max);
  EXPECT_TRUE(entries.ok()) << (entries.ok() ? "" : to_string(entries.error()));
  if (entries.ok())
    for (const TreeEntry& entry : *entries)
      paths.push_back(entry.kind == Kind::directory ? entry.path + "/" : entry.path);
  return paths;
}

std::vector<InventoryEntry> NodeOnDisk::inventory(std::size_t page) {
  std::vector<InventoryEntry> entries;
  std::optional<ObjectId> after;
  do {
    const auto part = node_->inventory(guard(), after, page);
    EXPECT_TRUE(part.ok()) << (part.ok() ? "" : to_string(part.error()));
    if (!part.ok()) break;
    entries.insert(entries.end(), part->entries.begin(), part->entries.end());
    after = part->next;
  } while (after);
  return entries;
}

}  // namespace tandem::test
