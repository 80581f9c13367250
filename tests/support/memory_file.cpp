#include "tests/support/memory_file.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace tandem::support {

storaged::FileStatus file_status_of(const Inode& inode) {
  storaged::FileStatus status;
  status.kind = inode.kind;
  status.inode = inode.number;
  status.links = inode.links;
  status.size_bytes = inode.live.bytes.size();
  status.attributes = inode.live.attributes;
  status.changed_ns = static_cast<std::int64_t>(inode.changes);
  return status;
}

std::string full_attribute_name(std::string_view name) {
  if (name.starts_with("user.")) return std::string(name);
  return "user." + std::string(name);
}

Status MemoryFile::begin(std::string_view name, bool changes) {
  auto begun = filesystem_.begin(name, path_, changes);
  if (!begun) return begun;
  const std::lock_guard lock(filesystem_.mutex_);
  if (life_ == filesystem_.life_) return success();
  return Error{Code::unavailable, "the file was opened before the machine stopped", path_};
}

Status MemoryFile::begin_writing(std::string_view name) {
  auto begun = begin(name, true);
  if (!begun || writable_) return begun;
  return Error{Code::unavailable, "the file was opened for reading", path_};
}

Result<std::size_t> MemoryFile::read_at(std::span<std::byte> out, std::uint64_t offset) {
  auto begun = begin("read_at", false);
  if (!begun) return begun.error();
  const std::lock_guard lock(filesystem_.mutex_);
  const std::string& bytes = inode_->live.bytes;
  if (offset >= bytes.size()) return std::size_t{0};
  const std::size_t count = std::min<std::size_t>(out.size(), bytes.size() - offset);
  if (count > 0) std::memcpy(out.data(), bytes.data() + offset, count);
  return count;
}

Status MemoryFile::write_at(std::span<const std::byte> bytes, std::uint64_t offset) {
  auto begun = begin_writing("write_at");
  if (!begun) return begun;
  const std::lock_guard lock(filesystem_.mutex_);
  const std::uint64_t present = inode_->live.bytes.size();
  const std::uint64_t end = offset + bytes.size();
  auto room = filesystem_.check_room(end > present ? end - present : 0, path_);
  std::size_t taken = bytes.size();
  if (!room) {  // like a real disk: what fits is written
    const std::uint64_t fits = present + filesystem_.room_left();
    taken = std::min<std::size_t>(taken, fits > offset ? fits - offset : 0);
  }
  ContentChange change;
  change.position = offset;
  change.bytes.assign(reinterpret_cast<const char*>(bytes.data()), taken);
  filesystem_.disk_.change(inode_, std::move(change));
  return room;
}

Status MemoryFile::truncate(std::uint64_t size_bytes) {
  auto begun = begin_writing("truncate");
  if (!begun) return begun;
  const std::lock_guard lock(filesystem_.mutex_);
  ContentChange change;
  change.what = ContentChange::What::truncate;
  change.position = size_bytes;
  filesystem_.disk_.change(inode_, std::move(change));
  return success();
}

Result<storaged::FileStatus> MemoryFile::status() {
  auto begun = begin("file_status", false);
  if (!begun) return begun.error();
  const std::lock_guard lock(filesystem_.mutex_);
  return file_status_of(*inode_);
}

Result<std::optional<std::string>> MemoryFile::attribute(std::string_view name) {
  auto begun = begin("file_attribute", false);
  if (!begun) return begun.error();
  const std::lock_guard lock(filesystem_.mutex_);
  const auto found = inode_->live.extended.find(full_attribute_name(name));
  if (found == inode_->live.extended.end()) return std::optional<std::string>();
  return std::optional(found->second);
}

Status MemoryFile::set_attribute(std::string_view name, std::string_view value) {
  auto begun = begin("set_file_attribute", true);
  if (!begun) return begun;
  const std::lock_guard lock(filesystem_.mutex_);
  return filesystem_.set_extended(inode_, path_, name, value);
}

Status MemoryFile::remove_attribute(std::string_view name) {
  auto begun = begin("remove_file_attribute", true);
  if (!begun) return begun;
  const std::lock_guard lock(filesystem_.mutex_);
  ContentChange change;
  change.what = ContentChange::What::remove_extended;
  change.name = full_attribute_name(name);
  filesystem_.disk_.change(inode_, std::move(change));
  return success();
}

Status MemoryFile::set_attributes(const Attributes& attributes) {
  auto begun = begin("set_attributes", true);
  if (!begun) return begun;
  const std::lock_guard lock(filesystem_.mutex_);
  ContentChange change;
  change.what = ContentChange::What::set_attributes;
  change.attributes = inode_->live.attributes;  // the owner stays
  change.attributes.mode = (attributes.mode & 0777U) | 0600U;
  change.attributes.modified_ns = attributes.modified_ns;
  filesystem_.disk_.change(inode_, std::move(change));
  return success();
}

Status MemoryFile::clone_from(File& base, std::uint64_t length) {
  auto* other = dynamic_cast<MemoryFile*>(&base);
  assert(other != nullptr && &other->filesystem_ == &filesystem_);
  auto begun = begin_writing("clone_from");
  if (!begun) return begun;
  const std::lock_guard lock(filesystem_.mutex_);
  const std::string& bytes = other->inode_->live.bytes;
  if (bytes.size() < length)
    return Error{Code::corrupt, "the file to clone is shorter than it should be", other->path_};
  const std::uint64_t present = inode_->live.bytes.size();
  auto room = filesystem_.check_room(length > present ? length - present : 0, path_);
  if (!room) return room;
  ContentChange change;
  change.bytes = bytes.substr(0, length);
  filesystem_.disk_.change(inode_, std::move(change));
  return success();
}

Status MemoryFile::sync() {
  auto begun = begin("sync", false);
  const std::lock_guard lock(filesystem_.mutex_);
  if (begun) {
    filesystem_.disk_.sync_content(*inode_);
  } else if (begun.code() == Code::corrupt) {
    MemoryDisk::lose_unsynced_bytes(*inode_);
  }
  return begun;
}

// Nothing arrives ahead of a sync; whether anything does is the disk's business.
Status MemoryFile::start_writing_out(std::uint64_t /*offset*/, std::uint64_t /*length*/) {
  auto begun = begin("start_writing_out", false);
  if (begun.code() != Code::corrupt) return begun;
  const std::lock_guard lock(filesystem_.mutex_);
  MemoryDisk::lose_unsynced_bytes(*inode_);
  return begun;
}

void MemoryFile::give_back(std::uint64_t /*offset*/, std::uint64_t /*length*/) {
  (void)begin("give_back", false).ok();
}

}  // namespace tandem::support
