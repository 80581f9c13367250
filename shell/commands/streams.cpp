#include "shell/commands/streams.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "shell/output/local_error.hpp"
#include "shell/terminal/interrupt.hpp"

namespace tandem::shell {
namespace {

constexpr std::size_t buffer_bytes = 1 << 20;

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Fills the buffer as far as the input goes.
Result<std::size_t> fill(Input& input, std::span<std::byte> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    auto got = input.read(buffer.subspan(filled));
    if (!got) return got;
    if (*got == 0) break;
    filled += *got;
  }
  return filled;
}

}  // namespace

Outcome copy_out(Session& session, gateway::Store& store, const std::string& path, std::uint64_t offset,
                 std::optional<std::uint64_t> length) {
  auto reader = store.open_reader(path, offset, length);
  if (!reader) return std::move(reader).error();
  const std::uint64_t size = (*reader)->item().size_bytes;
  const auto expected = std::min(size > offset ? size - offset : 0, length.value_or(size));
  std::vector<std::byte> buffer(
      static_cast<std::size_t>(std::clamp<std::uint64_t>(expected, 1, buffer_bytes)));
  for (;;) {
    if (session.stop()) return interrupted_outcome();
    auto got = (*reader)->read(buffer);
    if (!got) return std::move(got).error();
    if (*got == 0) return {};
    session.out.write(text_of(std::span(buffer).first(*got)));
    if (session.out.error()) return *session.out.error();
  }
}

Outcome copy_in(Session& session, gateway::Store& store, const std::string& path, Input& input,
                gateway::WriteOptions options) {
  std::vector<std::byte> buffer(buffer_bytes);
  auto first = fill(input, buffer);
  if (!first) return std::move(first).error();
  if (*first < buffer.size()) {
    if (session.stop()) return interrupted_outcome();
    options.size_bytes = *first;
    auto written = store.write(path, text_of(std::span(buffer).first(*first)), options);
    if (!written) return std::move(written).error();
    return {};
  }
  if (options.size_bytes.value_or(0) < *first)
    options.size_bytes.reset();  // files that do not know their size
  auto writer = store.open_writer(path, options);
  if (!writer) return std::move(writer).error();
  for (std::size_t got = *first; got > 0;) {
    if (auto put = (*writer)->write(std::span(buffer).first(got)); !put) return std::move(put).error();
    auto next = input.read(buffer);
    if (!next) return std::move(next).error();
    got = *next;
    if (session.stop()) return interrupted_outcome();
  }
  auto done = (*writer)->commit();
  if (!done) return std::move(done).error();
  return {};
}

DescriptorInput::DescriptorInput(int descriptor, std::string name, std::function<bool()> stop, bool owned)
    : descriptor_(descriptor), name_(std::move(name)), stop_(std::move(stop)), owned_(owned) {}

DescriptorInput::~DescriptorInput() {
  if (owned_) ::close(descriptor_);
}

Result<std::size_t> DescriptorInput::read(std::span<std::byte> out) {
  for (;;) {
    // Not the read is waited in: a signal that came just before it would not end it.
    std::array<pollfd, 2> waits{{{descriptor_, POLLIN, 0}, {wake_up_descriptor(), POLLIN, 0}}};
    const int ready = ::poll(waits.data(), waits.size(), -1);
    if (stop_()) return std::size_t{0};  // whoever reads asks stop() before taking this for the end
    if (ready < 0 && errno == EINTR) continue;
    if (waits[1].revents != 0) clear_wake_up();
    if (ready >= 0 && waits[0].revents == 0) continue;
    const ssize_t got = ::read(descriptor_, out.data(), out.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return local_error("cannot read", name_, errno);
  }
}

std::optional<std::uint64_t> DescriptorInput::size_bytes() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

Result<std::unique_ptr<DescriptorInput>> open_input(const std::string& path, std::function<bool()> stop) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return local_error("cannot open", path, errno);
  auto input = std::make_unique<DescriptorInput>(descriptor, path, std::move(stop), true);
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    return local_error("cannot read", path, EISDIR);
  }
  return input;
}

Result<std::size_t> TextInput::read(std::span<std::byte> out) {
  const std::size_t taken = std::min(out.size(), rest_.size());
  if (taken > 0) std::memcpy(out.data(), rest_.data(), taken);
  rest_.remove_prefix(taken);
  return taken;
}

}  // namespace tandem::shell
