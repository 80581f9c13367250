#include "storaged/service/measured_services.hpp"

#include <utility>

namespace tandem::storaged {
namespace {

// A stage call lasts from its first byte to finish(); one whose client went away counts as unavailable.
class MeasuredSink final : public StageSink {
 public:
  MeasuredSink(std::unique_ptr<StageSink> sink, CallRecorder& recorder, Recording recording)
      : sink_(std::move(sink)), recorder_(recorder), recording_(recording) {}
  ~MeasuredSink() override {
    if (!finished_) recording_.finish_silently(Code::unavailable);
  }
  Status write(std::span<const std::byte> bytes) override {
    auto written = sink_->write(bytes);
    if (written) {
      recorder_.metrics().count_bytes_in(bytes.size());
    } else if (!finished_) {
      finished_ = true;
      return recording_.finish(std::move(written));
    }
    return written;
  }
  Result<StageReply> finish() override {
    finished_ = true;
    return recording_.finish(sink_->finish());
  }

 private:
  std::unique_ptr<StageSink> sink_;
  CallRecorder& recorder_;
  Recording recording_;
  bool finished_ = false;
};

class MeasuredSource final : public ContentSource {
 public:
  MeasuredSource(std::unique_ptr<ContentSource> source, CallRecorder& recorder)
      : source_(std::move(source)), recorder_(recorder) {}
  const FetchHead& head() const override { return source_->head(); }
  Result<std::size_t> read(std::span<std::byte> out) override {
    auto count = source_->read(out);
    if (count)
      recorder_.metrics().count_bytes_out(*count);
    else
      recorder_.failed(Call::fetch, count.error());
    return count;
  }
  std::optional<int> file() const override { return source_->file(); }

 private:
  std::unique_ptr<ContentSource> source_;
  CallRecorder& recorder_;
};

}  // namespace

Result<NodeIdentity> MeasuredNode::identify() {
  auto recording = record(Call::identify);
  return recording.finish(node_.identify());
}

Result<NodeStatus> MeasuredNode::status() {
  auto recording = record(Call::status);
  return recording.finish(node_.status());
}

Status MeasuredNode::join(const ClusterId& cluster, Epoch epoch) {
  auto recording = record(Call::join);
  return recording.finish(node_.join(cluster, epoch));
}

Status MeasuredNode::adopt_epoch(const CallGuard& guard, Epoch epoch) {
  auto recording = record(Call::adopt_epoch);
  return recording.finish(node_.adopt_epoch(guard, epoch));
}

Result<std::vector<ObjectState>> MeasuredNode::look(const CallGuard& guard, std::span<const ObjectId> ids,
                                                    std::uint64_t claim) {
  auto recording = record(Call::look);
  return recording.finish(node_.look(guard, ids, claim));
}

Result<std::vector<Answer>> MeasuredNode::settle(const CallGuard& guard, std::span<const SettleItem> items,
                                                 bool durable) {
  auto recording = record(Call::settle);
  auto answers = recording.finish(node_.settle(guard, items, durable));
  for (std::size_t i = 0; answers && i < answers->size(); ++i)
    if ((*answers)[i] == Answer::damaged) recorder_.damaged(Call::settle, items[i].id);
  return answers;
}

Result<InventoryPage> MeasuredNode::inventory(const CallGuard& guard, std::optional<ObjectId> after,
                                              std::size_t limit) {
  auto recording = record(Call::inventory);
  return recording.finish(node_.inventory(guard, after, limit));
}

Result<std::vector<StagedState>> MeasuredNode::staged(const CallGuard& guard, std::size_t limit) {
  auto recording = record(Call::staged);
  return recording.finish(node_.staged(guard, limit));
}

Status MeasuredNode::drop_staged(const CallGuard& guard, std::span<const StagedState> which) {
  auto recording = record(Call::drop_staged);
  return recording.finish(node_.drop_staged(guard, which));
}

Result<Answer> MeasuredNode::verify(const CallGuard& guard, const ObjectId& id, const Stamp& stamp) {
  auto recording = record(Call::verify);
  auto answer = recording.finish(node_.verify(guard, id, stamp));
  if (answer && *answer == Answer::damaged) recorder_.damaged(Call::verify, id);
  return answer;
}

Result<std::vector<TreeEntry>> MeasuredNode::tree(const CallGuard& guard, const std::string& after,
                                                  std::size_t limit) {
  auto recording = record(Call::tree);
  return recording.finish(node_.tree(guard, after, limit));
}

Result<std::unique_ptr<StageSink>> MeasuredNode::stage(const CallGuard& guard, const StageRequest& request) {
  auto recording = record(Call::stage);
  auto sink = node_.stage(guard, request);
  if (!sink) return recording.finish(std::move(sink));
  return std::unique_ptr<StageSink>(std::make_unique<MeasuredSink>(std::move(*sink), recorder_, recording));
}

Result<std::unique_ptr<ContentSource>> MeasuredNode::fetch(const CallGuard& guard,
                                                           const FetchRequest& request) {
  auto recording = record(Call::fetch);
  auto source = recording.finish(node_.fetch(guard, request));
  if (!source) return source;
  if ((*source)->head().answer == Answer::damaged) recorder_.damaged(Call::fetch, request.id);
  return std::unique_ptr<ContentSource>(std::make_unique<MeasuredSource>(std::move(*source), recorder_));
}

Status MeasuredPlain::make_directory(std::string_view path) {
  auto recording = record(Call::plain_mkdir);
  return recording.finish(plain_.make_directory(path));
}

Status MeasuredPlain::create(std::string_view path) {
  auto recording = record(Call::plain_create);
  return recording.finish(plain_.create(path));
}

Status MeasuredPlain::move(std::string_view from, std::string_view to) {
  auto recording = record(Call::plain_move);
  return recording.finish(plain_.move(from, to));
}

Status MeasuredPlain::remove(std::string_view path) {
  auto recording = record(Call::plain_remove);
  return recording.finish(plain_.remove(path));
}

Result<std::string> MeasuredPlain::read(std::string_view path, std::uint64_t offset,
                                        std::optional<std::uint64_t> length) {
  auto recording = record(Call::plain_read);
  auto bytes = recording.finish(plain_.read(path, offset, length));
  if (bytes) recorder_.metrics().count_bytes_out(bytes->size());
  return bytes;
}

Result<std::uint64_t> MeasuredPlain::write(std::string_view path, std::string_view bytes,
                                           std::optional<std::uint64_t> offset) {
  auto recording = record(Call::plain_write);
  auto written = recording.finish(plain_.write(path, bytes, offset));
  if (written) recorder_.metrics().count_bytes_in(*written);
  return written;
}

Result<PlainStatus> MeasuredPlain::plain_status() {
  auto recording = record(Call::plain_status);
  return recording.finish(plain_.plain_status());
}

}  // namespace tandem::storaged
