#include "tests/support/memory_node/memory_tree.hpp"

#include <algorithm>
#include <utility>

#include "protocol/contract/limits.hpp"
#include "protocol/contract/paths.hpp"

namespace tandem::support {
namespace {

Error error_at(Code code, std::string cause, const std::string& path) {
  return {.code = code, .cause = std::move(cause), .path = path};
}

Result<std::string> clean(std::string_view path) {
  auto components = split_path(path);
  if (!components) return std::move(components).error();
  return join_path(*components);
}

std::string below(const std::string& path) {
  return path == "/" ? path : path + "/";
}

}  // namespace

Result<std::string> MemoryTree::free_place(std::string_view path) const {
  auto place = clean(path);
  if (!place) return place;
  if (entries_.contains(*place)) return error_at(Code::exists, "it exists", *place);
  const std::size_t slash = place->rfind('/');
  const auto parent = entries_.find(slash == 0 ? "/" : place->substr(0, slash));
  if (parent == entries_.end()) return error_at(Code::not_found, "its directory does not exist", *place);
  if (!parent->second.directory) return error_at(Code::not_directory, "its parent is a file", *place);
  return place;
}

Status MemoryTree::make_directory(std::string_view path) {
  const std::scoped_lock lock(mutex_);
  auto place = free_place(path);
  if (!place) return std::move(place).error();
  entries_[*place].directory = true;
  return success();
}

Status MemoryTree::create(std::string_view path) {
  const std::scoped_lock lock(mutex_);
  auto place = free_place(path);
  if (!place) return std::move(place).error();
  entries_[*place] = {};
  return success();
}

Status MemoryTree::move(std::string_view from, std::string_view to) {
  const std::scoped_lock lock(mutex_);
  auto source = clean(from);
  if (!source) return std::move(source).error();
  if (!entries_.contains(*source)) return error_at(Code::not_found, "it does not exist", *source);
  if (auto target = clean(to); target && entries_.contains(*target) && !entries_[*target].directory) {
    entries_.erase(*target);
  }
  auto place = free_place(to);
  if (!place) return std::move(place).error();
  std::map<std::string, Entry> moved;
  for (auto& [path, entry] : entries_) {
    const bool inside = path == *source || path.starts_with(below(*source));
    moved[inside ? *place + path.substr(source->size()) : path] = std::move(entry);
  }
  entries_ = std::move(moved);
  return success();
}

Status MemoryTree::remove(std::string_view path) {
  const std::scoped_lock lock(mutex_);
  auto place = clean(path);
  if (!place) return std::move(place).error();
  const auto entry = entries_.find(*place);
  if (entry == entries_.end()) return error_at(Code::not_found, "it does not exist", *place);
  const auto next = std::next(entry);
  if (entry->second.directory && next != entries_.end() && next->first.starts_with(below(*place))) {
    return error_at(Code::not_empty, "the directory is not empty", *place);
  }
  entries_.erase(entry);
  return success();
}

Result<std::string> MemoryTree::read(std::string_view path, std::uint64_t offset,
                                     std::optional<std::uint64_t> length) {
  const std::scoped_lock lock(mutex_);
  auto place = clean(path);
  if (!place) return place;
  const auto entry = entries_.find(*place);
  if (entry == entries_.end()) return error_at(Code::not_found, "it does not exist", *place);
  if (entry->second.directory) return error_at(Code::is_directory, "it is a directory", *place);
  const std::string& content = entry->second.content;
  if (offset >= content.size()) return std::string();
  const std::uint64_t wanted =
      std::min<std::uint64_t>(length.value_or(content.size()), content.size() - offset);
  if (wanted > limits::base64_bytes_max) return error_at(Code::invalid, "too much for one call", *place);
  return content.substr(offset, wanted);
}

Result<std::uint64_t> MemoryTree::write(std::string_view path, std::string_view bytes,
                                        std::optional<std::uint64_t> offset) {
  const std::scoped_lock lock(mutex_);
  auto place = clean(path);
  if (!place) return std::move(place).error();
  if (auto made = free_place(path)) {
    entries_[*place] = {};
  } else if (made.code() != Code::exists) {
    return std::move(made).error();
  }
  Entry& entry = entries_[*place];
  if (entry.directory) return error_at(Code::is_directory, "it is a directory", *place);
  constexpr std::uint64_t size_max = 1 << 20;  // a test's memory
  if (offset.value_or(0) > size_max) return error_at(Code::no_space, "the disk is full", *place);
  if (!offset) entry.content.clear();
  const std::size_t at = offset.value_or(0);
  if (entry.content.size() < at + bytes.size()) entry.content.resize(at + bytes.size());
  entry.content.replace(at, bytes.size(), bytes);
  return std::uint64_t{bytes.size()};
}

Result<PlainStatus> MemoryTree::plain_status() {
  const std::scoped_lock lock(mutex_);
  PlainStatus status{.free_bytes = std::uint64_t{5} << 30};
  for (const auto& [path, entry] : entries_) {
    if (path != "/") ++(entry.directory ? status.directories : status.files);
    status.data_bytes += entry.content.size();
  }
  return status;
}

}  // namespace tandem::support
