#include "storaged/disk/objects/stage_writer.hpp"

#include <algorithm>
#include <array>

namespace tandem::storaged {

namespace {

// A body of unknown length is held against the free space once in so many bytes.
constexpr std::uint64_t room_check_bytes = 16 << 20;

constexpr std::array<std::byte, 4096> zeros{};

}  // namespace

StageWriter::StageWriter(const Room& room, const ClusterId& cluster, const StageRequest& request,
                         const layout::StagedKey& key)
    : room_(room), cluster_(cluster), request_(request), key_(key) {}

StageWriter::~StageWriter() {
  if (finished_) return;
  file_.reset();
  const auto guard = room_.locks.lock(key_.id);  // also without it the bytes must go
  if (created_) (void)room_.filesystem.unlink(layout::staged_path(key_));
  room_.staging.forget(key_);
}

Status StageWriter::check_room(std::uint64_t more_bytes) {
  if (key_.claim != 0) return success();  // healing may use the reserve
  const auto space = room_.filesystem.space();
  if (!space.ok()) return space.error();
  if (space->free_bytes >= room_.reserve_bytes && space->free_bytes - room_.reserve_bytes >= more_bytes)
    return success();
  return Error{Code::no_space, "the free space would fall below the reserve"}.hint(
      "remove files, or add a pair");
}

Status StageWriter::start(std::optional<BaseContent> base) {
  if (request_.size_bytes && *request_.size_bytes > limits::file_bytes_max)
    return Error{Code::invalid, "a content larger than a file can be"};
  room_checked_ = request_.size_bytes.value_or(room_check_bytes);
  if (Status status = check_room(room_checked_ + (base ? base->size_bytes : 0)); !status.ok()) return status;
  auto file = room_.filesystem.open(layout::staged_path(key_), OpenMode::create_new);
  if (!file.ok()) return file.error();
  file_ = std::move(*file);
  created_ = true;
  base_ = std::move(base);
  return base_ ? start_on_base() : success();
}

Status StageWriter::start_on_base() {
  if (base_->offset > limits::file_bytes_max) return Error{Code::invalid, "an offset no file can have"};
  if (Status status = file_->clone_from(*base_->file, base_->size_bytes); !status.ok()) return status;
  position_ = std::min(base_->offset, base_->size_bytes);
  const std::uint64_t whole_blocks = position_ / limits::block_bytes;
  const std::uint64_t in_block = position_ % limits::block_bytes;
  checksums_.start_behind(
      {base_->checksums.begin(), base_->checksums.begin() + static_cast<std::ptrdiff_t>(whole_blocks)});
  if (in_block == 0) return success();
  const auto block = verified_block(whole_blocks);
  if (!block.ok()) return block.error();
  checksums_.update(std::span(*block).first(static_cast<std::size_t>(in_block)));
  return success();
}

Result<std::vector<std::byte>> StageWriter::verified_block(std::uint64_t index) {
  const std::uint64_t start = index * limits::block_bytes;
  std::vector<std::byte> block(
      static_cast<std::size_t>(std::min<std::uint64_t>(limits::block_bytes, base_->size_bytes - start)));
  const auto count = base_->file->read_at(block, start);
  if (!count.ok()) return count.error();
  if (*count != block.size() || checksum_of_block(block) != base_->checksums[index])
    return Error{Code::corrupt, "block " + std::to_string(index) + " does not match its checksum",
                 base_->path};
  return block;
}

// Between the end of the base and the offset there are zeros: a hole on the disk, but part of the content.
Status StageWriter::fill_gap() {
  if (!base_ || received_ != 0) return success();
  while (position_ < base_->offset) {
    const std::uint64_t count = std::min<std::uint64_t>(zeros.size(), base_->offset - position_);
    checksums_.update(std::span(zeros).first(static_cast<std::size_t>(count)));
    position_ += count;
  }
  return success();
}

Status StageWriter::write(std::span<const std::byte> bytes) {
  if (bytes.empty()) return success();
  if (request_.size_bytes && bytes.size() > *request_.size_bytes - received_)
    return Error{Code::invalid, "the body is longer than announced"};
  if (received_ + bytes.size() > room_checked_) {
    if (Status status = check_room(room_check_bytes + bytes.size()); !status.ok()) return status;
    room_checked_ = received_ + bytes.size() + room_check_bytes;
  }
  if (Status status = fill_gap(); !status.ok()) return status;
  if (position_ + bytes.size() > limits::file_bytes_max)
    return Error{Code::invalid, "a content larger than a file can be"};
  if (Status status = file_->write_at(bytes, position_); !status.ok()) return status;
  checksums_.update(bytes);
  if (request_.durable && !write_behind_) {
    const bool is_healing = key_.claim != 0;
    write_behind_.emplace(is_healing ? WriteBehind::Memory::given_back : WriteBehind::Memory::kept,
                          position_);
  }
  position_ += bytes.size();
  received_ += bytes.size();
  return write_behind_ ? write_behind_->wrote(*file_, position_) : success();
}

// The rest of the block in which the body ends; what follows it is carried over.
Status StageWriter::take_over_tail() {
  if (!base_ || position_ >= base_->size_bytes || position_ % limits::block_bytes == 0) return success();
  const std::uint64_t index = position_ / limits::block_bytes;
  const auto block = verified_block(index);
  if (!block.ok()) return block.error();
  checksums_.update(std::span(*block).subspan(static_cast<std::size_t>(position_ % limits::block_bytes)));
  return success();
}

Result<StageReply> StageWriter::finish() {
  if (request_.size_bytes && received_ != *request_.size_bytes)
    return Error{Code::invalid, "the body is shorter than announced"};
  if (const Status status = take_over_tail(); !status.ok()) return status.error();
  ContentAttribute content;
  content.cluster = cluster_;
  content.id = key_.id;
  content.stamp = key_.stamp;
  content.session = key_.claim == 0 ? request_.session : 0;
  content.node = room_.node;
  content.size_bytes = std::max(position_, base_ ? base_->size_bytes : 0);
  content.checksums = std::move(checksums_).finish();
  if (base_)
    for (std::size_t index = content.checksums.size(); index < base_->checksums.size(); ++index)
      content.checksums.push_back(base_->checksums[index]);
  content.digest = digest_of(content.checksums);
  const StageReply reply{content.size_bytes, content.digest};
  if (const Status status = store(content); !status.ok()) return status.error();
  return reply;
}

Status StageWriter::store(const ContentAttribute& content) {
  Status status = success();
  if (content.checksums_beside()) {
    status = room_.side_files.write_checksums(key_, content.checksums, request_.durable);
    if (!status.ok()) return status;
  }
  status = file_->set_attribute(layout::content_attribute, encode(content));
  if (!status.ok()) return status;
  if (request_.durable)
    if (status = sync(); !status.ok()) return status;
  return enter(content);
}

// A healer's bytes need no lasting place here: no mark goes before the settle that moves them has answered,
// and that syncs where they come to.
Status StageWriter::sync() {
  Status status = file_->sync();
  if (!status.ok()) return status;
  if (write_behind_) write_behind_->synced(*file_);
  // Noted here and not when the file was made: this is what the sync below has to cover.
  room_.staging.changed();
  return key_.claim == 0 ? room_.staging.sync_entries() : success();
}

Status StageWriter::enter(const ContentAttribute& content) {
  const auto guard = room_.locks.lock(key_.id);
  if (!guard.ok()) return guard.error();
  if (key_.claim != 0 && room_.claims_stand && !room_.staging.claim_stands(key_.id, key_.claim))
    return Error{Code::stale, "the claim these bytes were staged under does not stand any more",
                 layout::staged_path(key_)};
  file_.reset();
  if (!request_.durable) room_.staging.changed();
  room_.staging.complete({key_, content.session, content.size_bytes, request_.durable});
  finished_ = true;
  return success();
}

}  // namespace tandem::storaged
