#include <map>

#include "tests/unit/gateway_counts/recorded_calls.hpp"

namespace tandem::test {
namespace {

using namespace gateway;  // NOLINT(google-build-using-namespace): the whole interface is repeated here

template <class Reply>
class RecordedPending final : public Pending<Reply> {
 public:
  RecordedPending(std::unique_ptr<Pending<Reply>> real, std::string name, Tape& tape)
      : real_(std::move(real)), name_(std::move(name)), tape_(tape) {}
  Result<Reply> collect() override {
    tape_.note("collect " + name_);
    return real_->collect();
  }

 private:
  const std::unique_ptr<Pending<Reply>> real_;
  const std::string name_;
  Tape& tape_;
};

class RecordedUpload final : public Upload {
 public:
  RecordedUpload(std::unique_ptr<Upload> real, Tape& tape) : real_(std::move(real)), tape_(tape) {}
  Status write(std::span<const std::byte> bytes) override { return real_->write(bytes); }
  Status finish_sending() override {
    tape_.note("send put");
    return real_->finish_sending();
  }
  Result<StageReply> collect() override {
    tape_.note("collect put");
    return real_->collect();
  }

 private:
  const std::unique_ptr<Upload> real_;
  Tape& tape_;
};

class RecordedNode final : public Node {
 public:
  RecordedNode(std::shared_ptr<Node> real, Tape& tape) : real_(std::move(real)), tape_(tape) {}

  const std::string& address() const override { return real_->address(); }
  std::unique_ptr<Pending<NodeIdentity>> identify() override { return sent("identify", real_->identify()); }
  std::unique_ptr<Pending<NodeStatus>> status() override { return sent("status", real_->status()); }
  std::unique_ptr<Pending<Nothing>> join(const ClusterId& cluster, Epoch epoch) override {
    return sent("join", real_->join(cluster, epoch));
  }
  std::unique_ptr<Pending<Nothing>> adopt_epoch(const CallGuard& guard, Epoch epoch) override {
    return sent("adopt", real_->adopt_epoch(guard, epoch));
  }
  std::unique_ptr<Pending<std::vector<ObjectState>>> look(const CallGuard& guard,
                                                          std::span<const ObjectId> ids,
                                                          std::uint64_t claim) override {
    return sent("look", real_->look(guard, ids, claim));
  }
  std::unique_ptr<Pending<std::vector<Answer>>> settle(const CallGuard& guard,
                                                       std::span<const SettleItem> items,
                                                       bool durable) override {
    tape_.pass_settle();
    return sent("settle", real_->settle(guard, items, durable));
  }
  std::unique_ptr<Pending<InventoryPage>> inventory(const CallGuard& guard, std::optional<ObjectId> after,
                                                    std::size_t limit) override {
    return sent("inventory", real_->inventory(guard, after, limit));
  }
  std::unique_ptr<Pending<std::vector<StagedState>>> staged(const CallGuard& guard,
                                                            std::size_t limit) override {
    return sent("staged", real_->staged(guard, limit));
  }
  std::unique_ptr<Pending<Nothing>> drop_staged(const CallGuard& guard,
                                                std::span<const StagedState> which) override {
    return sent("drop", real_->drop_staged(guard, which));
  }
  std::unique_ptr<Pending<Answer>> verify(const CallGuard& guard, const ObjectId& id,
                                          const Stamp& stamp) override {
    return sent("verify", real_->verify(guard, id, stamp));
  }
  std::unique_ptr<Pending<std::vector<TreeEntry>>> tree(const CallGuard& guard, const std::string& after,
                                                        std::size_t limit) override {
    return sent("tree", real_->tree(guard, after, limit));
  }
  std::unique_ptr<Upload> stage(const CallGuard& guard, const StageRequest& request) override {
    return std::make_unique<RecordedUpload>(real_->stage(guard, request), tape_);
  }
  std::unique_ptr<Download> fetch(const CallGuard& guard, const FetchRequest& request) override {
    tape_.note("send fetch");
    return real_->fetch(guard, request);
  }

 private:
  template <class Reply>
  std::unique_ptr<Pending<Reply>> sent(const char* name, std::unique_ptr<Pending<Reply>> real) {
    tape_.note(std::string("send ") + name);
    return std::make_unique<RecordedPending<Reply>>(std::move(real), name, tape_);
  }

  const std::shared_ptr<Node> real_;
  Tape& tape_;
};

class RecordedTransport final : public Transport {
 public:
  RecordedTransport(std::unique_ptr<Transport> real, Tape& tape) : real_(std::move(real)), tape_(tape) {}
  std::shared_ptr<Node> connect(const std::string& address) override {
    const std::lock_guard lock(mutex_);
    auto& node = nodes_[address];
    if (!node) node = std::make_shared<RecordedNode>(real_->connect(address), tape_);
    return node;
  }

 private:
  const std::unique_ptr<Transport> real_;
  Tape& tape_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Node>> nodes_{};
};

}  // namespace

std::unique_ptr<gateway::Transport> recorded(std::unique_ptr<gateway::Transport> transport, Tape& tape) {
  return std::make_unique<RecordedTransport>(std::move(transport), tape);
}

}  // namespace tandem::test
