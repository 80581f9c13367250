// How a plain write gets to the disk: a whole content by way of staging/ and a rename, one at an offset in
// place.
#include <algorithm>

#include "storaged/disk/objects/layout.hpp"
#include "storaged/service/plain_node.hpp"

namespace tandem::storaged {

Status PlainNode::replace(const Place& place, std::string_view bytes, std::uint64_t offset,
                          const std::optional<FileStatus>& present) {
  auto parent = filesystem_.status(place.parent);
  if (!parent) return parent.error();
  if (parent->kind != Kind::directory) return Error{Code::not_directory, "Not a directory"};
  const auto number = random_number(runtime_);
  const std::string temporary =
      layout::join(layout::staging, std::string(temporary_prefix) +
                                        to_hex({reinterpret_cast<const char*>(&number), sizeof number}));
  auto done = write_temporary(temporary, bytes, offset, present);
  if (done) done = filesystem_.rename(temporary, place.path);
  if (!done) {
    // What cannot be removed now is removed at the next start.
    [[maybe_unused]] auto removed = filesystem_.unlink(temporary);
    return done;
  }
  const std::uint64_t size = bytes.empty() ? 0 : offset + bytes.size();
  count(0, present ? 0 : 1, difference(size, present ? present->size_bytes : 0));
  return made_but(filesystem_.sync_directory(place.parent), place.shown);
}

Status PlainNode::write_temporary(const std::string& path, std::string_view bytes, std::uint64_t offset,
                                  const std::optional<FileStatus>& present) {
  auto file = filesystem_.open(path, OpenMode::create_new);
  if (!file) return file.error();
  auto done = (*file)->write_at(std::as_bytes(std::span(bytes)), offset);
  if (done && present) {
    Attributes attributes = present->attributes;
    attributes.modified_ns = runtime_.wall_now();
    done = (*file)->set_attributes(attributes);
  }
  if (done) done = (*file)->sync();
  return done;
}

Status PlainNode::write_in_place(const Place& place, std::string_view bytes, std::uint64_t offset) {
  auto file = filesystem_.open(place.path, OpenMode::read_write);
  if (!file) return file.error();
  auto before = (*file)->status();
  if (!before) return before.error();
  const std::uint64_t size = before->size_bytes;
  std::string overlaid(
      static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), size - std::min(size, offset))), '\0');
  auto read = (*file)->read_at(std::as_writable_bytes(std::span(overlaid)), offset);
  if (!read) return read.error();
  auto written = (*file)->write_at(std::as_bytes(std::span(bytes)), offset);
  if (!written) return undo_write(**file, std::move(written), overlaid, offset, size);
  if (!bytes.empty()) count(0, 0, difference(std::max(size, offset + bytes.size()), size));
  return made_but((*file)->sync(), place.shown);
}

// Some of the bytes may have got in, over others and behind the end.
Status PlainNode::undo_write(File& file, Status failed, std::string_view overlaid, std::uint64_t offset,
                             std::uint64_t size) {
  auto undone = file.truncate(size);
  if (undone) undone = file.write_at(std::as_bytes(std::span(overlaid)), offset);
  if (undone) return failed;
  return Error{Code::outcome_unknown, "a part of it may be written: " + failed.error().cause,
               failed.error().path, "", failed.error().mend};
}

}  // namespace tandem::storaged
