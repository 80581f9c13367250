#include "storaged/disk/objects/side_files.hpp"

#include <span>

namespace tandem::storaged {

namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

constexpr std::uint64_t names_file_bytes_max = 1 << 20;  // many times what limits::names_per_object_max need

std::string key_of_checksums() {
  return std::string(layout::checksums);
}

}  // namespace

Status SideFiles::write(const std::string& path, const std::string& draft_path, std::string_view bytes,
                        bool durable) {
  auto file = filesystem_.open(draft_path, OpenMode::create_new);
  if (!file.ok() && file.code() == Code::exists) {
    if (Status left_over = filesystem_.unlink(draft_path); !left_over.ok()) return left_over;
    file = filesystem_.open(draft_path, OpenMode::create_new);
  }
  if (!file.ok()) return file.error();
  Status status = (*file)->write_at(bytes_of(bytes), 0);
  if (status.ok() && durable) status = (*file)->sync();
  if (status.ok()) status = filesystem_.rename(draft_path, path);
  if (!status.ok()) {
    (void)filesystem_.unlink(draft_path);  // nothing to add to the failure before
    return status;
  }
  syncs_.changed(key_of_checksums());
  return durable ? sync() : success();
}

Result<std::string> SideFiles::read(const std::string& path, std::uint64_t bytes_max) {
  auto file = filesystem_.open(path, OpenMode::read);
  if (!file.ok()) return file.error();
  const auto status = (*file)->status();
  if (!status.ok()) return status.error();
  if (status->size_bytes > bytes_max) return Error{Code::corrupt, "far longer than it should be", path};
  std::string bytes(static_cast<std::size_t>(status->size_bytes), '\0');
  const auto count = (*file)->read_at(std::as_writable_bytes(std::span(bytes.data(), bytes.size())), 0);
  if (!count.ok()) return count.error();
  bytes.resize(*count);
  return bytes;
}

Status SideFiles::remove(const std::string& path) {
  Status status = filesystem_.unlink(path);
  if (!status.ok() && status.code() != Code::not_found) return status;
  syncs_.changed(key_of_checksums());
  return success();
}

Status SideFiles::sync(const std::string& path) {
  const auto file = filesystem_.open(path, OpenMode::read_write);
  if (!file.ok()) return file.code() == Code::not_found ? success() : Status(file.error());
  const Status status = (*file)->sync();
  return status.ok() ? sync() : status;
}

Status SideFiles::sync() {
  return syncs_.ensure(key_of_checksums(), [this] { return filesystem_.sync_directory(layout::checksums); });
}

Status SideFiles::write_checksums(const layout::StagedKey& key, const std::vector<BlockChecksum>& checksums,
                                  bool durable) {
  const std::string path = layout::checksums_path(key.id, key.stamp);
  return write(path, path + "." + layout::hexadecimal(key.claim) + ".new", encode_checksums(checksums),
               durable);
}

Result<std::vector<BlockChecksum>> SideFiles::load_checksums(const ContentAttribute& content) {
  std::vector<BlockChecksum> checksums = content.checksums;
  std::string path = layout::object_path(content.id);
  if (content.checksums_beside()) {
    path = layout::checksums_path(content.id, content.stamp);
    const auto bytes = read(path, block_count(content.size_bytes) * sizeof(BlockChecksum));
    if (!bytes.ok()) return bytes.error();
    checksums = decode_checksums(*bytes);
  }
  if (checksums.size() != block_count(content.size_bytes) || digest_of(checksums) != content.digest)
    return Error{Code::corrupt, "the list of block checksums does not match the digest", path};
  return checksums;
}

Status SideFiles::remove_checksums(const ContentAttribute& content) {
  if (!content.checksums_beside()) return success();
  return remove(layout::checksums_path(content.id, content.stamp));
}

Status SideFiles::sync_checksums(const ObjectId& id, const Stamp& stamp, std::uint64_t size_bytes) {
  return checksums_beside(size_bytes) ? sync(layout::checksums_path(id, stamp)) : success();
}

Result<std::uint64_t> SideFiles::write_names(const ObjectId& id, std::string_view encoded, bool durable) {
  const std::uint64_t hash = checksum_of_text(encoded) | 1;  // never 0, which means none
  const std::string path = layout::spilled_names_path(id, hash);
  const Status status = write(path, path + ".new", encoded, durable);
  if (!status.ok()) return status.error();
  return hash;
}

Result<std::vector<Name>> SideFiles::load_names(const ObjectId& id, std::uint64_t hash) {
  const std::string path = layout::spilled_names_path(id, hash);
  const auto encoded = read(path, names_file_bytes_max);
  if (!encoded.ok()) return encoded.error();
  auto names = decode_names(*encoded);
  if (!names || (checksum_of_text(*encoded) | 1) != hash)
    return Error{Code::corrupt, "the list of names does not match its checksum", path};
  return std::move(*names);
}

Status SideFiles::remove_names(const ObjectId& id, std::uint64_t hash) {
  return hash == 0 ? success() : remove(layout::spilled_names_path(id, hash));
}

Status SideFiles::sync_names(const ObjectId& id, std::uint64_t hash) {
  return hash == 0 ? success() : sync(layout::spilled_names_path(id, hash));
}

}  // namespace tandem::storaged
