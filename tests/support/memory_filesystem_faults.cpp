// The side of MemoryFilesystem that a test turns: counting, hooks, faults, ends.
#include <iterator>
#include <utility>

#include "tests/support/memory_filesystem.hpp"

namespace tandem::support {
namespace {

constexpr std::uint64_t pretended_capacity = std::uint64_t{1} << 40;

void flip(std::string& text, std::uint64_t bit) {
  if (bit / 8 >= text.size()) return;
  char& byte = text[static_cast<std::size_t>(bit / 8)];
  byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << (bit % 8)));
}

}  // namespace

void MemoryFilesystem::set_hook(Hook hook) {
  const std::lock_guard lock(mutex_);
  hook_ = std::move(hook);
}

std::uint64_t MemoryFilesystem::operation_count() const {
  const std::lock_guard lock(mutex_);
  return operations_;
}

void MemoryFilesystem::fail_operation(std::uint64_t number, Error error) {
  const std::lock_guard lock(mutex_);
  planned_errors_.insert_or_assign(number, std::move(error));
}

void MemoryFilesystem::set_capacity(std::optional<std::uint64_t> total_bytes) {
  const std::lock_guard lock(mutex_);
  capacity_ = total_bytes;
}

void MemoryFilesystem::set_read_only(bool read_only) {
  const std::lock_guard lock(mutex_);
  read_only_ = read_only;
}

void MemoryFilesystem::halt() {
  const std::lock_guard lock(mutex_);
  halted_ = true;
}

bool MemoryFilesystem::halted() const {
  const std::lock_guard lock(mutex_);
  return halted_;
}

void MemoryFilesystem::restart() {
  const std::lock_guard lock(mutex_);
  halted_ = false;
  life_ += 1;
}

void MemoryFilesystem::power_cut(std::uint64_t seed) {
  restart();
  const std::lock_guard lock(mutex_);
  disk_.power_cut(seed);
}

MemoryFilesystem::Image MemoryFilesystem::image() const {
  const std::lock_guard lock(mutex_);
  return disk_.image();
}

void MemoryFilesystem::replace_disk(const Image& image) {
  restart();
  const std::lock_guard lock(mutex_);
  disk_.replace_by(image);
}

// Both what is seen and what is on the disk: nobody has written anything.
bool MemoryFilesystem::flip_bit(std::string_view path, std::uint64_t seed) {
  const std::lock_guard lock(mutex_);
  const auto found = find(path);
  if (!found || (*found)->kind != Kind::file) return false;
  Content& seen = (*found)->live;
  Content& stored = (*found)->durable;
  const std::uint64_t drawn = seed / 2;
  if (seed % 2 == 0 && !seen.bytes.empty()) {
    const std::uint64_t bit = drawn % (seen.bytes.size() * 8);
    flip(seen.bytes, bit);
    flip(stored.bytes, bit);
    return true;
  }
  if (seen.extended.empty()) return false;
  const auto attribute =
      std::next(seen.extended.begin(), static_cast<std::ptrdiff_t>(drawn % seen.extended.size()));
  if (attribute->second.empty()) return false;
  const std::uint64_t bit = drawn / seen.extended.size() % (attribute->second.size() * 8);
  flip(attribute->second, bit);
  if (const auto same = stored.extended.find(attribute->first); same != stored.extended.end())
    flip(same->second, bit);
  return true;
}

std::uint64_t MemoryFilesystem::used_bytes() const {
  const std::lock_guard lock(mutex_);
  return disk_.used_bytes();
}

Status MemoryFilesystem::begin(std::string_view name, std::string_view path, bool changes) {
  Hook hook;
  Operation operation{0, name, path, changes};
  {
    const std::lock_guard lock(mutex_);
    if (!halted_) operation.number = ++operations_;
    hook = halted_ ? Hook() : hook_;
  }
  if (hook) {
    auto allowed = hook(operation);
    if (!allowed) return allowed;
  }
  const std::lock_guard lock(mutex_);
  if (halted_) return Error{Code::unavailable, "the machine has stopped", std::string(path)};
  if (auto planned = planned_errors_.find(operation.number); planned != planned_errors_.end()) {
    Error error = std::move(planned->second);
    planned_errors_.erase(planned);
    return std::move(error).at(std::string(path));
  }
  if (changes && read_only_) return Error{Code::unavailable, "Read-only file system", std::string(path)};
  return success();
}

std::uint64_t MemoryFilesystem::room_left() const {
  if (!capacity_) return pretended_capacity;
  const std::uint64_t used = disk_.used_bytes();
  return used < *capacity_ ? *capacity_ - used : 0;
}

Status MemoryFilesystem::check_room(std::uint64_t more_bytes, std::string_view path) const {
  if (more_bytes == 0 || more_bytes <= room_left()) return success();
  return Error{Code::no_space, "No space left on device", std::string(path)};
}

}  // namespace tandem::support
