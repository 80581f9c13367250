#include "bench/workloads/tandem_subject.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/store/store.hpp"
#include "protocol/runtime/system_runtime.hpp"

namespace tandem::bench {
namespace {

constexpr Duration settle_limit = std::chrono::minutes(2);
constexpr std::size_t page_entries = 10'000;

template <class T>
Status status_of(Result<T> result) {
  if (!result) return std::move(result).error();
  return success();
}

class TandemSubject final : public Subject {
 public:
  TandemSubject(std::unique_ptr<protocol::SystemRuntime> runtime, std::unique_ptr<gateway::Store> store)
      : runtime_(std::move(runtime)), store_(std::move(store)), buffer_(piece_bytes) {}

  Status make_directory(const std::string& path) override {
    return store_->make_directory(path, false, 0755);
  }
  Status write(const std::string& path, std::string_view bytes) override {
    return status_of(store_->write(path, bytes, {.size_bytes = bytes.size()}));
  }
  Status read(const std::string& path, std::size_t size) override {
    const auto bytes = store_->read(path);
    if (!bytes) return bytes.error();
    if (bytes->size() != size) return wrong_size(path, size, bytes->size());
    return success();
  }
  Status stat(const std::string& path) override { return status_of(store_->stat(path)); }
  Result<std::size_t> list(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override {
    return store_->move(from, to, false);
  }
  Status remove(const std::string& path) override { return store_->remove(path); }
  Status write_large(const std::string& path, std::uint64_t size) override;
  Status read_large(const std::string& path, std::uint64_t size) override {
    return read_range(path, 0, std::nullopt, size);
  }
  Status read_at(const std::string& path, std::uint64_t offset, std::size_t length) override {
    return read_range(path, offset, length, length);
  }
  Status settle() override {
    if (store_->drain_settles(runtime_->now() + settle_limit)) return success();
    return Error{Code::unavailable, "not every node could be told of the last changes"};
  }

 private:
  Status read_range(const std::string& path, std::uint64_t offset, std::optional<std::uint64_t> length,
                    std::uint64_t expected);

  std::unique_ptr<protocol::SystemRuntime> runtime_;
  std::unique_ptr<gateway::Store> store_;
  std::vector<std::byte> buffer_;
};

Result<std::size_t> TandemSubject::list(const std::string& path) {
  std::size_t count = 0;
  std::string after;
  for (;;) {
    const auto page = store_->list(path, after, page_entries);
    if (!page) return page.error();
    count += page->items.size();
    if (!page->more) return count;
    after = page->items.back().name;
  }
}

Status TandemSubject::write_large(const std::string& path, std::uint64_t size) {
  auto writer = store_->open_writer(path, {.size_bytes = size});
  if (!writer) return std::move(writer).error();
  const auto piece = std::as_bytes(std::span(some_bytes(piece_bytes)));
  for (std::uint64_t left = size; left > 0;) {
    const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(left, piece_bytes));
    if (auto written = (*writer)->write(piece.first(now)); !written) return written;
    left -= now;
  }
  return status_of((*writer)->commit());
}

Status TandemSubject::read_range(const std::string& path, std::uint64_t offset,
                                 std::optional<std::uint64_t> length, std::uint64_t expected) {
  auto reader = store_->open_reader(path, offset, length);
  if (!reader) return std::move(reader).error();
  std::uint64_t total = 0;
  for (;;) {
    const auto got = (*reader)->read(buffer_);
    if (!got) return got.error();
    if (*got == 0) break;
    total += *got;
  }
  if (total != expected) return wrong_size(path, expected, total);
  return success();
}

}  // namespace

OpenSubject tandem_subject(std::string config_file) {
  return [file = std::move(config_file)](bool durable) -> Result<std::unique_ptr<Subject>> {
    const auto config =
        gateway::load_config(file, {std::string("cluster.durability=") + (durable ? "disk" : "memory")});
    if (!config) return config.error();
    auto runtime = std::make_unique<protocol::SystemRuntime>();
    auto store = gateway::Store::open(*config, *runtime, gateway::Store::Lifetime::lasting, {});
    if (!store) return std::move(store).error();
    return std::unique_ptr<Subject>(std::make_unique<TandemSubject>(std::move(runtime), std::move(*store)));
  };
}

}  // namespace tandem::bench
