#include "tests/contract/node_service/remote_service.hpp"

namespace tandem::tests {
namespace {

class UploadSink : public StageSink {
 public:
  explicit UploadSink(std::unique_ptr<gateway::Upload> upload) : upload_(std::move(upload)) {}
  Status write(std::span<const std::byte> bytes) override { return upload_->write(bytes); }
  Result<StageReply> finish() override {
    if (Status sent = upload_->finish_sending(); !sent) return sent.error();
    return upload_->collect();
  }

 private:
  std::unique_ptr<gateway::Upload> upload_;
};

class DownloadSource : public ContentSource {
 public:
  DownloadSource(std::unique_ptr<gateway::Download> download, FetchHead head)
      : download_(std::move(download)), head_(std::move(head)) {}
  const FetchHead& head() const override { return head_; }
  Result<std::size_t> read(std::span<std::byte> out) override { return download_->read(out); }

 private:
  std::unique_ptr<gateway::Download> download_;
  FetchHead head_;
};

}  // namespace

Result<std::unique_ptr<StageSink>> RemoteService::stage(const CallGuard& guard, const StageRequest& request) {
  return std::unique_ptr<StageSink>(std::make_unique<UploadSink>(node_->stage(guard, request)));
}

Result<std::unique_ptr<ContentSource>> RemoteService::fetch(const CallGuard& guard,
                                                            const FetchRequest& request) {
  auto download = node_->fetch(guard, request);
  auto head = download->head();
  if (!head) return head.error();
  return std::unique_ptr<ContentSource>(std::make_unique<DownloadSource>(std::move(download), *head));
}

}  // namespace tandem::tests
