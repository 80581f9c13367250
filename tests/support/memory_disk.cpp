#include "tests/support/memory_disk.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

namespace tandem::support {
namespace {

constexpr std::size_t sector_bytes = 512;
constexpr std::int64_t first_time_ns = 1'700'000'000'000'000'000;
constexpr std::size_t prune_every = 4096;

void apply_write(Content& content, std::uint64_t offset, std::string_view bytes) {
  if (bytes.empty()) return;
  if (content.bytes.size() < offset + bytes.size()) content.bytes.resize(offset + bytes.size(), '\0');
  content.bytes.replace(offset, bytes.size(), bytes);
}

void apply(Content& content, const ContentChange& change) {
  switch (change.what) {
    case ContentChange::What::write:
      apply_write(content, change.position, change.bytes);
      break;
    case ContentChange::What::truncate:
      content.bytes.resize(change.position, '\0');
      break;
    case ContentChange::What::set_extended:
      content.extended[change.name] = change.bytes;
      break;
    case ContentChange::What::remove_extended:
      content.extended.erase(change.name);
      break;
    case ContentChange::What::set_attributes:
      content.attributes = change.attributes;
      break;
  }
}

void apply_live(const EntryOperation& operation) {
  for (const auto& edit : operation.edits) {
    auto& slot = edit.directory->entries;
    if (auto found = slot.find(edit.name); found != slot.end()) {
      found->second->links -= 1;
      found->second->changes += 1;
      slot.erase(found);
    }
    if (edit.target == nullptr) continue;
    edit.target->links += 1;
    edit.target->changes += 1;
    slot.emplace(edit.name, edit.target);
  }
}

void apply_durable(const EntryOperation& operation) {
  for (const auto& edit : operation.edits) {
    if (edit.target == nullptr) {
      edit.directory->durable_entries.erase(edit.name);
    } else {
      edit.directory->durable_entries[edit.name] = edit.target;
    }
  }
}

bool survives(std::mt19937_64& random, unsigned chance_percent) {
  return random() % 100 < chance_percent;
}

void write_torn(Content& content, const ContentChange& change, std::mt19937_64& random,
                unsigned chance_percent) {
  std::size_t done = 0;
  while (done < change.bytes.size()) {
    const std::uint64_t position = change.position + done;
    const std::size_t length =
        std::min<std::size_t>(sector_bytes - position % sector_bytes, change.bytes.size() - done);
    if (survives(random, chance_percent))
      apply_write(content, position, std::string_view(change.bytes).substr(done, length));
    done += length;
  }
}

// Hard links stay hard links. All that is copied counts as durable.
template <class Make>
InodePointer copy_tree(const Inode& original, const Make& make,
                       std::map<const Inode*, InodePointer>& copies) {
  InodePointer& copy = copies[&original];
  if (copy != nullptr) return copy;
  copy = make(original);
  InodePointer made = copy;
  made->kind = original.kind;
  made->links = original.links;
  made->live = original.live;
  made->durable = original.live;
  for (const auto& [name, child] : original.entries) made->entries[name] = copy_tree(*child, make, copies);
  made->durable_entries = made->entries;
  return made;
}

}  // namespace

MemoryDisk::MemoryDisk() : time_ns_(first_time_ns) {
  replace_by(nullptr);
}

MemoryDisk::~MemoryDisk() {
  let_go_of_everything();
}

// Live and durable entries together may form a ring of directories; nothing else would free it.
void MemoryDisk::let_go_of_everything() {
  for (auto& inode : inodes_in_order()) {
    inode->entries.clear();
    inode->durable_entries.clear();
  }
  inodes_.clear();
  pending_.clear();
}

void MemoryDisk::replace_by(const InodePointer& image) {
  let_go_of_everything();
  std::map<const Inode*, InodePointer> copies;
  const auto make = [this](const Inode& original) { return make_inode(original.kind, 0); };
  root_ = image == nullptr ? make_inode(Kind::directory, 0755) : copy_tree(*image, make, copies);
  root_->links = 1;
  root_->durable = root_->live;
}

InodePointer MemoryDisk::image() const {
  std::map<const Inode*, InodePointer> copies;
  return copy_tree(
      *root_, [](const Inode&) { return std::make_shared<Inode>(); }, copies);
}

InodePointer MemoryDisk::make_inode(Kind kind, std::uint32_t mode) {
  auto inode = std::make_shared<Inode>();
  inode->number = ++last_number_;
  inode->kind = kind;
  inode->live.attributes.mode = mode;
  inode->live.attributes.modified_ns = ++time_ns_;
  inode->durable.attributes = inode->live.attributes;
  if (inodes_.size() % prune_every == prune_every - 1)
    std::erase_if(inodes_, [](const auto& known) { return known.expired(); });
  inodes_.push_back(inode);
  return inode;
}

std::uint64_t MemoryDisk::used_bytes() const {
  std::uint64_t used = 0;
  for (const auto& known : inodes_) {
    const auto inode = known.lock();
    if (inode != nullptr && inode->links > 0) used += inode->live.bytes.size();
  }
  return used;
}

void MemoryDisk::change(const InodePointer& inode, ContentChange change) {
  apply(inode->live, change);
  inode->changes += 1;
  const bool bytes_change =
      change.what == ContentChange::What::write || change.what == ContentChange::What::truncate;
  if (bytes_change) inode->live.attributes.modified_ns = ++time_ns_;
  inode->unsynced.push_back(std::move(change));
}

void MemoryDisk::change(EntryOperation operation) {
  apply_live(operation);
  for (const auto& edit : operation.edits) edit.directory->live.attributes.modified_ns = ++time_ns_;
  pending_.push_back(std::move(operation));
}

void MemoryDisk::sync_content(Inode& inode) {
  if (inode.bytes_lost) {
    for (const ContentChange& change : inode.unsynced) apply(inode.durable, change);
  } else {
    inode.durable = inode.live;
  }
  inode.unsynced.clear();
}

void MemoryDisk::lose_unsynced_bytes(Inode& inode) {
  std::erase_if(inode.unsynced, [](const ContentChange& change) {
    return change.what == ContentChange::What::write || change.what == ContentChange::What::truncate;
  });
  inode.bytes_lost = true;
}

void MemoryDisk::sync_entries(const InodePointer& directory) {
  sync_content(*directory);
  std::vector<bool> wanted(pending_.size());
  for (std::size_t later = pending_.size(); later-- > 0;) {
    if (pending_[later].home == directory) wanted[later] = true;
    if (!wanted[later]) continue;
    for (std::size_t earlier = 0; earlier < later; ++earlier)
      if (stands_on(pending_[later], pending_[earlier])) wanted[earlier] = true;
  }
  std::vector<EntryOperation> left;
  for (std::size_t at = 0; at < pending_.size(); ++at) {
    if (wanted[at]) {
      apply_durable(pending_[at]);
    } else {
      left.push_back(std::move(pending_[at]));
    }
  }
  pending_ = std::move(left);
}

void MemoryDisk::sync_everything() {
  for (const auto& inode : inodes_in_order()) sync_content(*inode);
  for (const auto& operation : pending_) apply_durable(operation);
  pending_.clear();
}

bool MemoryDisk::stands_on(const EntryOperation& later, const EntryOperation& earlier) {
  if (later.moves_directory && earlier.moves_directory) return true;
  for (const auto& before : earlier.edits) {
    if (later.emptied != nullptr && later.emptied == before.directory) return true;
    for (const auto& after : later.edits)
      if (after.directory == before.directory && after.name == before.name) return true;
  }
  return false;
}

bool MemoryDisk::made_its_directory(const EntryOperation& later, const EntryOperation& earlier) {
  return std::any_of(later.edits.begin(), later.edits.end(), [&](const auto& after) {
    return std::any_of(earlier.edits.begin(), earlier.edits.end(),
                       [&](const auto& before) { return before.target == after.directory; });
  });
}

std::vector<bool> MemoryDisk::surviving_operations(std::mt19937_64& random, unsigned chance_percent) const {
  std::vector<bool> kept(pending_.size());
  for (std::size_t later = 0; later < pending_.size(); ++later) {
    kept[later] = survives(random, chance_percent);
    for (std::size_t earlier = 0; earlier < later && kept[later]; ++earlier) {
      if (kept[earlier]) continue;
      if (stands_on(pending_[later], pending_[earlier]) ||
          made_its_directory(pending_[later], pending_[earlier]))
        kept[later] = false;
    }
  }
  return kept;
}

void MemoryDisk::cut_entries(std::mt19937_64& random, unsigned chance_percent) {
  const auto kept = surviving_operations(random, chance_percent);
  for (std::size_t at = 0; at < pending_.size(); ++at)
    if (kept[at]) apply_durable(pending_[at]);
  pending_.clear();
}

void MemoryDisk::cut_contents(std::mt19937_64& random, unsigned chance_percent) {
  for (auto& inode : inodes_in_order()) {
    for (const auto& change : inode->unsynced) {
      if (change.what == ContentChange::What::write) {
        write_torn(inode->durable, change, random, chance_percent);
      } else if (survives(random, chance_percent)) {
        apply(inode->durable, change);
      }
    }
    inode->unsynced.clear();
  }
}

void MemoryDisk::power_cut(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  constexpr unsigned chances[] = {10, 50, 50, 90};
  const unsigned chance_percent = seed == 0 ? 0 : chances[random() % std::size(chances)];
  cut_contents(random, chance_percent);
  cut_entries(random, chance_percent);
  make_durable_state_live();
}

void MemoryDisk::make_durable_state_live() {
  const auto inodes = inodes_in_order();
  for (const auto& inode : inodes) {
    inode->live = inode->durable;
    inode->bytes_lost = false;
    inode->links = 0;
  }
  std::set<const Inode*> reached{root_.get()};
  root_->links = 1;
  const std::function<void(Inode&)> visit = [&](Inode& directory) {
    directory.entries = directory.durable_entries;
    for (const auto& [name, child] : directory.entries) {
      child->links += 1;
      if (reached.insert(child.get()).second) visit(*child);
    }
  };
  visit(*root_);
  for (const auto& inode : inodes) {
    if (reached.contains(inode.get())) continue;
    inode->entries.clear();
    inode->durable_entries.clear();
  }
}

std::vector<InodePointer> MemoryDisk::inodes_in_order() {
  std::vector<InodePointer> present;
  for (const auto& known : inodes_)
    if (auto inode = known.lock()) present.push_back(std::move(inode));
  return present;
}

}  // namespace tandem::support
