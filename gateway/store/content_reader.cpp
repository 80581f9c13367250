#include "gateway/store/content_reader.hpp"

#include "gateway/pair/read_quorum.hpp"
#include "gateway/store/content_writer.hpp"
#include "protocol/contract/paths.hpp"

namespace tandem::gateway {
namespace {

constexpr int starts_max = 5;

}  // namespace

ContentReader::ContentReader(Core& core, std::string path, std::uint64_t offset,
                             std::optional<std::uint64_t> length)
    : core_(core), path_(std::move(path)), offset_(offset), length_(length) {}

Result<std::unique_ptr<ContentReader>> ContentReader::open(Core& core, std::string path, std::uint64_t offset,
                                                           std::optional<std::uint64_t> length) {
  std::unique_ptr<ContentReader> reader(new ContentReader(core, std::move(path), offset, length));
  if (auto started = reader->start(); !started) return std::move(started).error();
  return reader;
}

// What the path leads to, once nobody else has it locked.
Result<PathMap::Target> ContentReader::resolve_readable() {
  std::optional<Instant> deadline;
  for (;;) {
    auto resolved = core_.resolve(path_, LastLink::followed);
    if (!resolved || (*resolved)->record.kind != Kind::file) return resolved;
    const auto waited = core_.tokens.await_readable((*resolved)->id, [&] {
      if (!deadline) deadline = core_.runtime.now() + core_.config.timeouts.lock_wait;
      return *deadline;
    });
    if (!waited && waited.code() != Code::not_found) return Error(waited.error()).at(path_);
    if (waited && !*waited) return resolved;
  }
}

Status ContentReader::start() {
  ++starts_;
  const auto resolved = resolve_readable();
  if (!resolved) return resolved.error();
  const auto& [id, revision, record] = **resolved;
  if (record.kind == Kind::directory) return Error{Code::is_directory, "it is a directory", path_};
  if (record.kind != Kind::file) return Error{Code::unsupported, "it is not a regular file", path_};
  auto pair = core_.pair(record.pair);
  if (!pair) return std::move(pair).error().at(path_);
  const auto quorum = members_answer(*pair, id, core_.config.cluster.read_quorum, core_.verdicts);
  if (!quorum) return Error(quorum.error()).at(path_);
  pair_revision_ = pair->revision;
  item_ = to_item(std::string(last_component(path_)), id, revision, record);
  ReadTarget target{path_, id, revision, record.stamp, record.size_bytes, record.digest};
  const std::uint64_t length = length_.value_or(record.size_bytes);
  bytes_ = std::make_unique<VerifiedRead>(*pair, std::move(target), offset_, length, core_.read_services);
  return success();
}

Result<std::size_t> ContentReader::read(std::span<std::byte> out) {
  for (;;) {
    const Instant begun = core_.runtime.now();
    auto got = bytes_->read(out);
    if (got) {
      handed_out_ = handed_out_ || *got > 0;
      return got;
    }
    if (!handed_out_ && starts_ < starts_max && can_start_again(got.error())) {
      if (auto started = start(); !started) return std::move(started).error();
      continue;
    }
    // Somebody kept silent, which a busy machine does too; a refusal would have come at once.
    const bool waited = core_.runtime.now() - begun >= core_.config.timeouts.request;
    if (got.code() != Code::unavailable || !waited || ++silences_ > core_.config.timeouts.retries) return got;
    bytes_->try_all_again();
  }
}

bool ContentReader::can_start_again(const Error& error) {
  if (error.code == Code::stale) return true;
  const auto resolved = core_.resolve(path_, LastLink::followed);
  if (resolved && ((*resolved)->id != item_.id || (*resolved)->record.stamp != item_.stamp)) return true;
  if (error.code != Code::unavailable) return false;
  const auto pair = core_.pair(item_.pair);
  if (!pair) return false;
  if (pair->revision != pair_revision_) return true;
  return starts_ == 1 && core_.admit_members_of(*pair);
}

Result<std::string> read_at_once(Core& core, std::string_view path) {
  auto reader = ContentReader::open(core, std::string(path), 0, std::nullopt);
  if (!reader) return std::move(reader).error();
  std::string bytes;
  for (;;) {
    // One byte more than expected, so that a version that grew while the read started is read whole.
    const std::size_t used = bytes.size();
    bytes.resize(std::max<std::size_t>((*reader)->item().size_bytes, used) + 1);
    const auto got = (*reader)->read(std::as_writable_bytes(std::span(bytes)).subspan(used));
    if (!got) return got.error();
    bytes.resize(used + *got);
    if (*got == 0) return bytes;
  }
}

}  // namespace tandem::gateway
