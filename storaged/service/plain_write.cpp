// How a plain write gets to the disk: the whole new content under another name in staging/, synced, and
// renamed over the old one. A write at an offset starts from a clone of what is there.
#include <algorithm>

#include "storaged/disk/objects/layout.hpp"
#include "storaged/service/plain_node.hpp"

namespace tandem::storaged {

// What stands at the path and is written over in part; nothing when the content is replaced whole.
Result<std::optional<PlainNode::Base>> PlainNode::base_of(const Place& place,
                                                          const std::optional<FileStatus>& present,
                                                          std::optional<std::uint64_t> offset) {
  if (!offset || !present) return std::optional<Base>();
  Base base;
  auto file = filesystem_.open(place.path, OpenMode::read);
  if (!file) return file.error();
  auto status = (*file)->status();
  if (!status) return status.error();
  base.file = std::move(*file);
  base.size_bytes = status->size_bytes;
  return std::optional<Base>(std::move(base));
}

Status PlainNode::replace(const Place& place, const Change& change) {
  auto parent = filesystem_.status(place.parent);
  if (!parent) return parent.error();
  if (parent->kind != Kind::directory) return Error{Code::not_directory, "Not a directory"};
  const auto number = random_number(runtime_);
  const std::string temporary =
      layout::join(layout::staging, std::string(temporary_prefix) +
                                        to_hex({reinterpret_cast<const char*>(&number), sizeof number}));
  auto done = write_temporary(temporary, change);
  if (done) done = filesystem_.rename(temporary, place.path);
  if (!done) {
    // What cannot be removed now is removed at the next start.
    [[maybe_unused]] auto removed = filesystem_.unlink(temporary);
    return done;
  }
  const auto& present = change.present;
  const std::uint64_t written = change.bytes.empty() ? 0 : change.offset + change.bytes.size();
  const std::uint64_t size = std::max(written, change.base ? change.base->size_bytes : 0);
  count(0, present ? 0 : 1, difference(size, present ? present->size_bytes : 0));
  return made_but(filesystem_.sync_directory(place.parent), place.shown);
}

Status PlainNode::write_temporary(const std::string& path, const Change& change) {
  auto file = filesystem_.open(path, OpenMode::create_new);
  if (!file) return file.error();
  auto done = success();
  if (change.base) done = (*file)->clone_from(*change.base->file, change.base->size_bytes);
  if (done) done = (*file)->write_at(std::as_bytes(std::span(change.bytes)), change.offset);
  if (done && change.present) {
    Attributes attributes = change.present->attributes;
    attributes.modified_ns = runtime_.wall_now();
    done = (*file)->set_attributes(attributes);
  }
  if (done) done = (*file)->sync();
  return done;
}

}  // namespace tandem::storaged
