#include "storaged/service/measured_services.hpp"

#include <utility>

namespace tandem::storaged {
namespace {

// A stage call lasts from its first byte to finish(); one that is broken off counts as unavailable.
class MeasuredSink final : public StageSink {
 public:
  MeasuredSink(std::unique_ptr<StageSink> sink, Metrics& metrics, Measurement measurement)
      : sink_(std::move(sink)), metrics_(metrics), measurement_(measurement) {}
  ~MeasuredSink() override {
    if (!finished_) measurement_.finish(Status(Error{Code::unavailable, "broken off"})).code();
  }
  Status write(std::span<const std::byte> bytes) override {
    auto written = sink_->write(bytes);
    if (written) metrics_.count_bytes_in(bytes.size());
    return written;
  }
  Result<StageReply> finish() override {
    finished_ = true;
    return measurement_.finish(sink_->finish());
  }

 private:
  std::unique_ptr<StageSink> sink_;
  Metrics& metrics_;
  Measurement measurement_;
  bool finished_ = false;
};

class MeasuredSource final : public ContentSource {
 public:
  MeasuredSource(std::unique_ptr<ContentSource> source, Metrics& metrics)
      : source_(std::move(source)), metrics_(metrics) {}
  const FetchHead& head() const override { return source_->head(); }
  Result<std::size_t> read(std::span<std::byte> out) override {
    auto count = source_->read(out);
    if (count) metrics_.count_bytes_out(*count);
    return count;
  }

 private:
  std::unique_ptr<ContentSource> source_;
  Metrics& metrics_;
};

}  // namespace

Result<NodeIdentity> MeasuredNode::identify() {
  auto measurement = measure(Call::identify);
  return measurement.finish(node_.identify());
}

Result<NodeStatus> MeasuredNode::status() {
  auto measurement = measure(Call::status);
  return measurement.finish(node_.status());
}

Status MeasuredNode::join(const ClusterId& cluster, Epoch epoch) {
  auto measurement = measure(Call::join);
  return measurement.finish(node_.join(cluster, epoch));
}

Status MeasuredNode::adopt_epoch(const CallGuard& guard, Epoch epoch) {
  auto measurement = measure(Call::adopt_epoch);
  return measurement.finish(node_.adopt_epoch(guard, epoch));
}

Result<std::vector<ObjectState>> MeasuredNode::look(const CallGuard& guard, std::span<const ObjectId> ids,
                                                    std::uint64_t claim) {
  auto measurement = measure(Call::look);
  return measurement.finish(node_.look(guard, ids, claim));
}

Result<std::vector<Answer>> MeasuredNode::settle(const CallGuard& guard, std::span<const SettleItem> items,
                                                 bool durable) {
  auto measurement = measure(Call::settle);
  return measurement.finish(node_.settle(guard, items, durable));
}

Result<InventoryPage> MeasuredNode::inventory(const CallGuard& guard, std::optional<ObjectId> after,
                                              std::size_t limit) {
  auto measurement = measure(Call::inventory);
  return measurement.finish(node_.inventory(guard, after, limit));
}

Result<std::vector<StagedState>> MeasuredNode::staged(const CallGuard& guard, std::size_t limit) {
  auto measurement = measure(Call::staged);
  return measurement.finish(node_.staged(guard, limit));
}

Status MeasuredNode::drop_staged(const CallGuard& guard, std::span<const StagedState> which) {
  auto measurement = measure(Call::drop_staged);
  return measurement.finish(node_.drop_staged(guard, which));
}

Result<Answer> MeasuredNode::verify(const CallGuard& guard, const ObjectId& id, const Stamp& stamp) {
  auto measurement = measure(Call::verify);
  return measurement.finish(node_.verify(guard, id, stamp));
}

Result<std::vector<TreeEntry>> MeasuredNode::tree(const CallGuard& guard, const std::string& after,
                                                  std::size_t limit) {
  auto measurement = measure(Call::tree);
  return measurement.finish(node_.tree(guard, after, limit));
}

Result<std::unique_ptr<StageSink>> MeasuredNode::stage(const CallGuard& guard, const StageRequest& request) {
  auto measurement = measure(Call::stage);
  auto sink = node_.stage(guard, request);
  if (!sink) return measurement.finish(std::move(sink));
  return std::unique_ptr<StageSink>(std::make_unique<MeasuredSink>(std::move(*sink), metrics_, measurement));
}

Result<std::unique_ptr<ContentSource>> MeasuredNode::fetch(const CallGuard& guard,
                                                           const FetchRequest& request) {
  auto measurement = measure(Call::fetch);
  auto source = measurement.finish(node_.fetch(guard, request));
  if (!source) return source;
  return std::unique_ptr<ContentSource>(std::make_unique<MeasuredSource>(std::move(*source), metrics_));
}

Status MeasuredPlain::make_directory(std::string_view path) {
  auto measurement = measure(Call::plain_mkdir);
  return measurement.finish(plain_.make_directory(path));
}

Status MeasuredPlain::create(std::string_view path) {
  auto measurement = measure(Call::plain_create);
  return measurement.finish(plain_.create(path));
}

Status MeasuredPlain::move(std::string_view from, std::string_view to) {
  auto measurement = measure(Call::plain_move);
  return measurement.finish(plain_.move(from, to));
}

Status MeasuredPlain::remove(std::string_view path) {
  auto measurement = measure(Call::plain_remove);
  return measurement.finish(plain_.remove(path));
}

Result<std::string> MeasuredPlain::read(std::string_view path, std::uint64_t offset,
                                        std::optional<std::uint64_t> length) {
  auto measurement = measure(Call::plain_read);
  auto bytes = measurement.finish(plain_.read(path, offset, length));
  if (bytes) metrics_.count_bytes_out(bytes->size());
  return bytes;
}

Result<std::uint64_t> MeasuredPlain::write(std::string_view path, std::string_view bytes,
                                           std::optional<std::uint64_t> offset) {
  auto measurement = measure(Call::plain_write);
  auto written = measurement.finish(plain_.write(path, bytes, offset));
  if (written) metrics_.count_bytes_in(*written);
  return written;
}

Result<PlainStatus> MeasuredPlain::plain_status() {
  auto measurement = measure(Call::plain_status);
  return measurement.finish(plain_.plain_status());
}

}  // namespace tandem::storaged
