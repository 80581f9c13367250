#include "shell/transfer/store_tree.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "protocol/contract/paths.hpp"

namespace tandem::shell {
namespace {

// Up to this size a content goes in one call, which costs the fewest round trips.
constexpr std::uint64_t whole_bytes_max = 1 << 20;
constexpr std::size_t page_entries = 1000;

class WholeSource : public Source {
 public:
  explicit WholeSource(std::string content) : content_(std::move(content)) {}
  Result<std::size_t> read(std::span<std::byte> out) override {
    const std::size_t taken = std::min(out.size(), content_.size() - at_);
    if (taken > 0) std::memcpy(out.data(), content_.data() + at_, taken);
    at_ += taken;
    return taken;
  }

 private:
  std::string content_;
  std::size_t at_ = 0;
};

class StreamSource : public Source {
 public:
  explicit StreamSource(std::unique_ptr<gateway::Reader> reader) : reader_(std::move(reader)) {}
  Result<std::size_t> read(std::span<std::byte> out) override { return reader_->read(out); }

 private:
  std::unique_ptr<gateway::Reader> reader_;
};

gateway::WriteOptions options_for(const Entry& entry) {
  gateway::WriteOptions options;
  options.attributes = entry.attributes;
  return options;
}

// Collects the content and goes over to streaming should it turn out larger than it was said to be.
class StoreTarget : public Target {
 public:
  StoreTarget(gateway::Store& store, std::string path, const Entry& entry)
      : store_(store), path_(std::move(path)), options_(options_for(entry)) {
    if (entry.size_bytes > whole_bytes_max) options_.size_bytes = entry.size_bytes;
  }

  Status write(std::span<const std::byte> bytes) override {
    if (!writer_ && !options_.size_bytes && collected_.size() + bytes.size() <= whole_bytes_max) {
      collected_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      return success();
    }
    if (!writer_) {
      if (auto opened = start_streaming(); !opened) return opened;
    }
    return writer_->write(bytes);
  }

  Status commit() override {
    auto done = writer_ ? writer_->commit() : store_.write(path_, collected_, options_);
    if (!done) return std::move(done).error();
    return success();
  }

 private:
  Status start_streaming() {
    auto opened = store_.open_writer(path_, options_);
    if (!opened) return std::move(opened).error();
    writer_ = std::move(*opened);
    if (collected_.empty()) return success();
    return writer_->write(std::as_bytes(std::span(collected_)));
  }

  gateway::Store& store_;
  std::string path_;
  gateway::WriteOptions options_;
  std::string collected_{};
  std::unique_ptr<gateway::Writer> writer_{};
};

}  // namespace

Result<Entry> StoreTree::look(const std::string& path, bool follow) {
  auto item = follow ? store_.stat_followed(path) : store_.stat(path);
  if (!item) return std::move(item).error();
  Entry entry;
  entry.type = item->kind == Kind::directory ? Entry::Type::directory
               : item->kind == Kind::symlink ? Entry::Type::link
                                             : Entry::Type::file;
  entry.size_bytes = item->size_bytes;
  entry.attributes = item->attributes;
  entry.target = item->target;
  entry.identity = to_string(item->id);
  return entry;
}

Status StoreTree::list(const std::string& path, const std::function<bool(const std::string&)>& each) {
  std::string after;
  for (;;) {
    auto page = store_.list(path, after, page_entries);
    if (!page) return std::move(page).error();
    for (const auto& item : page->items) {
      if (!each(item.name)) return success();
    }
    if (!page->more || page->items.empty()) return success();
    after = page->items.back().name;
  }
}

Result<std::unique_ptr<Source>> StoreTree::open(const std::string& path, std::uint64_t size_bytes) {
  if (size_bytes <= whole_bytes_max) {
    auto content = store_.read(path);
    if (!content) return std::move(content).error();
    return std::unique_ptr<Source>(std::make_unique<WholeSource>(std::move(*content)));
  }
  auto reader = store_.open_reader(path, 0, std::nullopt);
  if (!reader) return std::move(reader).error();
  return std::unique_ptr<Source>(std::make_unique<StreamSource>(std::move(*reader)));
}

Result<std::unique_ptr<Target>> StoreTree::replace(const std::string& path, const Entry& entry) {
  return std::unique_ptr<Target>(std::make_unique<StoreTarget>(store_, path, entry));
}

Status StoreTree::make_link(const std::string& path, const Entry& entry) {
  auto made = store_.symlink(entry.target, path);
  if (made.code() == Code::exists) {
    // Moved over what is there, so that the name is never missing.
    const std::string temporary = path.substr(0, path.rfind('/') + 1) + ".tandem-" +
                                  std::to_string(::getpid()) + "-" + std::to_string(++links_moved_) + "-" +
                                  entry.identity;
    if (auto beside = store_.symlink(entry.target, temporary); !beside) return beside;
    made = store_.move(temporary, path, false);
    if (!made) {
      if (auto removed = store_.remove(temporary); !removed) return removed;
    }
  }
  return made ? store_.set_attributes(path, entry.attributes) : made;
}

Status StoreTree::make_directory(const std::string& path) {
  auto made = store_.make_directory(path, false, 0755);
  if (made || made.code() != Code::exists) return made;
  auto there = store_.stat(path);
  if (!there) return std::move(there).error();
  if (there->kind == Kind::directory) return success();
  return Error{Code::not_directory, "a file stands where a directory is to be made", path};
}

Status StoreTree::set_attributes(const std::string& path, const Attributes& attributes) {
  return store_.set_attributes(path, attributes);
}

std::string StoreTree::refusal(const std::string& path) const {
  auto parts = split_path(path);
  return parts ? std::string() : parts.error().cause;
}

}  // namespace tandem::shell
