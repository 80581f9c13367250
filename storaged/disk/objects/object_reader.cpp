#include "storaged/disk/objects/object_reader.hpp"

#include <algorithm>
#include <cstring>

namespace tandem::storaged {

namespace {

constexpr std::size_t cached_lists_max = 8;
constexpr std::size_t cached_list_entries_max = 1 << 19;  // 4 MiB of checksums, 32 GiB of content
constexpr std::size_t verify_piece_bytes = 1 << 20;
constexpr int attempts_max = 4;  // an object may be replaced while it is looked for

// Hands out a range of a file. Whole blocks go straight to the caller's buffer; others by way of one block.
class CheckedRange final : public ContentSource {
 public:
  CheckedRange(FetchHead head, std::shared_ptr<const OpenContent> content)
      : head_(std::move(head)), content_(std::move(content)), position_(head_.offset) {}

  const FetchHead& head() const override { return head_; }
  std::optional<int> file() const override { return content_->file->descriptor(); }

  Result<std::size_t> read(std::span<std::byte> out) override {
    std::size_t done = 0;
    while (done < out.size() && position_ < end()) {
      auto piece = out.subspan(done);
      const auto count = fits_whole_block(piece.size()) ? read_whole_blocks(piece) : read_part(piece);
      if (!count.ok()) return count.error();
      done += *count;
      position_ += *count;
    }
    return done;
  }

 private:
  std::uint64_t end() const { return head_.offset + head_.length; }
  std::uint64_t block_end(std::uint64_t position) const {
    return std::min((position / limits::block_bytes + 1) * limits::block_bytes, head_.size_bytes);
  }
  bool fits_whole_block(std::size_t room) const {
    const std::uint64_t behind = block_end(position_);
    return position_ % limits::block_bytes == 0 && behind <= end() && behind - position_ <= room;
  }

  Status check(std::span<const std::byte> bytes, std::uint64_t start) const {
    for (std::size_t done = 0; done < bytes.size(); done += limits::block_bytes) {
      const std::uint64_t index = (start + done) / limits::block_bytes;
      const auto block = bytes.subspan(done, std::min(limits::block_bytes, bytes.size() - done));
      if (checksum_of_block(block) != (*content_->checksums)[index])
        return Error{Code::corrupt, "block " + std::to_string(index) + " does not match its checksum",
                     content_->path};
    }
    return success();
  }

  Status read_checked(std::span<std::byte> out, std::uint64_t start) {
    const auto count = content_->file->read_at(out, start);
    if (!count.ok()) return count.error();
    if (*count != out.size()) return Error{Code::corrupt, "the file ends before its content", content_->path};
    return check(out, start);
  }

  Result<std::size_t> read_whole_blocks(std::span<std::byte> out) {
    std::uint64_t behind = std::min<std::uint64_t>(end(), position_ + out.size());
    if (behind != head_.size_bytes) behind -= behind % limits::block_bytes;
    const auto count = static_cast<std::size_t>(behind - position_);
    const Status status = read_checked(out.first(count), position_);
    if (!status.ok()) return status.error();
    return count;
  }

  Result<std::size_t> read_part(std::span<std::byte> out) {
    const std::uint64_t start = position_ - position_ % limits::block_bytes;
    if (block_.empty() || block_start_ != start) {
      block_.resize(static_cast<std::size_t>(block_end(position_) - start));
      if (const Status status = read_checked(block_, start); !status.ok()) {
        block_.clear();
        return status.error();
      }
      block_start_ = start;
    }
    const auto in_block = static_cast<std::size_t>(position_ - start);
    const auto wanted = static_cast<std::size_t>(end() - position_);
    const std::size_t count = std::min({out.size(), block_.size() - in_block, wanted});
    std::memcpy(out.data(), block_.data() + in_block, count);
    return count;
  }

  FetchHead head_;
  std::shared_ptr<const OpenContent> content_;
  std::uint64_t position_;
  std::vector<std::byte> block_{};
  std::uint64_t block_start_ = 0;
};

// The answer alone: no bytes follow.
class NoContent final : public ContentSource {
 public:
  explicit NoContent(FetchHead head) : head_(std::move(head)) {}
  const FetchHead& head() const override { return head_; }
  Result<std::size_t> read(std::span<std::byte>) override { return std::size_t{0}; }

 private:
  FetchHead head_;
};

}  // namespace

Result<ChecksumList> ObjectReader::checksums_of(const ContentAttribute& content, Lists lists) {
  const bool may_be_cached = content.checksums_beside() && lists == Lists::from_memory_too;
  if (may_be_cached) {
    const std::unique_lock lock(mutex_);
    for (const CachedList& cached : cache_)
      if (cached.id == content.id && cached.stamp == content.stamp && cached.digest == content.digest)
        return cached.list;
  }
  auto loaded = side_files_.load_checksums(content);
  if (!loaded.ok()) return loaded.error();
  auto list = std::make_shared<const std::vector<BlockChecksum>>(std::move(*loaded));
  if (may_be_cached && list->size() <= cached_list_entries_max) {
    const std::unique_lock lock(mutex_);
    if (cache_.size() == cached_lists_max) cache_.erase(cache_.begin());
    cache_.push_back({content.id, content.stamp, content.digest, list});
  }
  return list;
}

// False: what was found vanished while it was looked at; look again.
Result<bool> ObjectReader::use(HeldObject held, const std::string& path, Lists lists, FoundContent& found) {
  if (!held.intact()) {
    found.answer = Answer::damaged;
    return true;
  }
  auto list = checksums_of(*held.content, lists);
  if (!list.ok()) {
    found.answer = Answer::damaged;
    if (list.code() == Code::corrupt) return true;
    if (list.code() == Code::not_found) return false;
    return list.error();
  }
  const ContentAttribute& content = *held.content;
  found.answer = Answer::ok;
  found.content = std::make_shared<const OpenContent>(
      OpenContent{std::move(held.file), held.status, content.cluster, content.stamp, content.size_bytes,
                  content.digest, std::move(*list), path});
  return true;
}

Result<bool> ObjectReader::find_settled(const Wanted& wanted, FoundContent& found) {
  auto held = shelf_.load_content(wanted.id, wanted.cluster);
  if (!held.ok()) return held.error();
  found.answer = Answer::absent;
  if (!held->has_value()) return false;
  if ((*held)->content && (*held)->content->stamp == wanted.stamp)
    return use(std::move(**held), layout::object_path(wanted.id), wanted.lists, found);
  if (const Status named = shelf_.add_names(wanted.id, **held); !named.ok()) return named.error();
  found.revision = (*held)->settled() ? (*held)->revision() : 0;
  found.answer = Answer::damaged;
  if (!(*held)->content) return false;
  found.answer = (*held)->content->stamp > wanted.stamp ? Answer::newer : Answer::older;
  return false;
}

Result<bool> ObjectReader::find_staged(const Wanted& wanted, FoundContent& found) {
  for (const StagedContent& staged : staging_.of(wanted.id)) {
    if (staged.key.stamp != wanted.stamp) continue;
    auto held = shelf_.load_staged(staged.key, wanted.cluster);
    if (!held.ok()) return held.error();
    if (!held->has_value()) continue;
    auto used = use(std::move(**held), layout::staged_path(staged.key), wanted.lists, found);
    if (!used.ok() || *used) return used;
  }
  return false;
}

Result<FoundContent> ObjectReader::find(const Wanted& wanted) {
  FoundContent found;
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    // Staged bytes may become the object between the two looks: then the object is looked at once more.
    auto done = find_settled(wanted, found);
    if (!done.ok()) return done.error();
    if (*done) return found;
    const FoundContent other = {found.answer, found.revision, {}};
    done = find_staged(wanted, found);
    if (!done.ok()) return done.error();
    if (*done) return found;
    FoundContent again;
    done = find_settled(wanted, again);
    if (!done.ok()) return done.error();
    if (*done) return again;
    if (again.answer == other.answer && again.revision == other.revision) return again;
  }
  return found;
}

// Small settled contents are kept open: of a big one, opening is not what takes the time.
Result<FoundContent> ObjectReader::find_to_read(const ClusterId& cluster, const ObjectId& id,
                                                const Stamp& stamp) {
  if (auto open = open_objects_.find(id); open && open->stamp == stamp && open->cluster == cluster)
    return FoundContent{Answer::ok, 0, std::move(open)};
  const OpenObjects::Beginning beginning = open_objects_.begin();
  auto found = find({cluster, id, stamp, Lists::from_memory_too});
  if (!found.ok() || found->answer != Answer::ok) return found;
  const bool small = found->content->checksums->size() <= inline_checksums_max;
  if (small && found->content->path == layout::object_path(id))
    open_objects_.keep(id, found->content, beginning);
  return found;
}

Result<std::unique_ptr<ContentSource>> ObjectReader::fetch(const ClusterId& cluster,
                                                           const FetchRequest& request) {
  if (request.length > limits::fetch_bytes_max)
    return Error{Code::invalid, "more bytes than one call may fetch", to_string(request.id)};
  auto found = find_to_read(cluster, request.id, request.stamp);
  if (!found.ok()) return found.error();
  FetchHead head;
  head.answer = found->answer;
  head.revision = found->revision;
  if (found->answer != Answer::ok)
    return std::unique_ptr<ContentSource>(std::make_unique<NoContent>(std::move(head)));
  const OpenContent& content = *found->content;
  head.size_bytes = content.size_bytes;
  head.digest = content.digest;
  head.offset = request.offset;
  if (request.offset < content.size_bytes)
    head.length = std::min(request.length, content.size_bytes - request.offset);
  if (head.length > 0) {
    const auto first = static_cast<std::ptrdiff_t>(head.offset / limits::block_bytes);
    const auto behind = static_cast<std::ptrdiff_t>(block_count(head.offset + head.length));
    head.checksums.assign(content.checksums->begin() + first, content.checksums->begin() + behind);
  }
  return std::unique_ptr<ContentSource>(
      std::make_unique<CheckedRange>(std::move(head), std::move(found->content)));
}

Result<Answer> ObjectReader::verify(const ClusterId& cluster, const ObjectId& id, const Stamp& stamp) {
  auto found = find(cluster, id, stamp);
  if (!found.ok()) return found.error();
  if (found->answer != Answer::ok) return found->answer;
  FetchHead head;
  head.answer = Answer::ok;
  head.size_bytes = found->content->size_bytes;
  head.length = head.size_bytes;
  std::vector<std::byte> piece(static_cast<std::size_t>(
      std::min<std::uint64_t>(verify_piece_bytes, std::max<std::uint64_t>(head.length, 1))));
  CheckedRange range(std::move(head), std::move(found->content));
  for (;;) {
    const auto turn = verify_turns_.lock(root_directory);
    if (!turn.ok()) return turn.error();
    const auto count = range.read(piece);
    if (!count.ok()) {
      if (count.code() == Code::corrupt) return Answer::damaged;
      return count.error();
    }
    if (*count == 0) return Answer::ok;
  }
}

}  // namespace tandem::storaged
