#include "gateway/nodes/remote/remote_node.hpp"

#include <algorithm>
#include <utility>

#include "gateway/nodes/remote/remote_call.hpp"
#include "gateway/nodes/remote/remote_content.hpp"
#include "gateway/nodes/remote/remote_peer.hpp"
#include "protocol/contract/limits.hpp"
#include "protocol/wire/node_codec.hpp"

namespace tandem::gateway {
namespace {

// A node reads a whole object before it answers verify(); one that does nothing else takes a minute for
// several gigabytes.
constexpr Duration verify_wait = std::chrono::minutes(10);

template <class Element>
void merge(std::vector<Element>& all, std::vector<Element> more) {
  all.insert(all.end(), more.begin(), more.end());
}
template <class Reply>
void merge(Reply& all, Reply more) {
  all = std::move(more);
}

// Calls of one kind, one after the other; the first is sent at once. Usually there is no second.
template <class Reply>
class RemotePending final : public Pending<Reply> {
 public:
  RemotePending(std::shared_ptr<RemotePeer> peer, std::string_view method, std::vector<std::string> requests,
                Effect effect, Duration extra_wait = {})
      : peer_(std::move(peer)),
        method_(method),
        requests_(std::move(requests)),
        effect_(effect),
        first_(peer_, method, requests_.front(), effect, extra_wait) {}

  Result<Reply> collect() override {
    auto all = collect_one(first_);
    for (std::size_t i = 1; all && i < requests_.size(); ++i) {
      RemoteCall call(peer_, method_, requests_[i], effect_);
      auto more = collect_one(call);
      if (!more) return more;
      merge(*all, std::move(*more));
    }
    return all;
  }

 private:
  Result<Reply> collect_one(RemoteCall& call) {
    auto encoded = call.collect();
    if (!encoded) return std::move(encoded).error();
    auto reply = protocol::decode_reply<Reply>(*encoded);
    if (reply) return reply;
    Error error = peer_->foreign(std::move(reply).error());
    return effect_ == Effect::reads ? error : peer_->unknown_outcome(std::move(error));
  }

  std::shared_ptr<RemotePeer> peer_;
  std::string_view method_;
  std::vector<std::string> requests_;
  Effect effect_;
  RemoteCall first_;
};

// One answer an item, or the node does not speak as agreed.
class RemoteSettle final : public Pending<std::vector<Answer>> {
 public:
  RemoteSettle(const std::shared_ptr<RemotePeer>& peer, std::vector<std::string> requests, std::size_t items)
      : peer_(peer), answers_(peer, "node.settle", std::move(requests), Effect::repeatable), items_(items) {}

  Result<std::vector<Answer>> collect() override {
    auto answers = answers_.collect();
    if (!answers || answers->size() == items_) return answers;
    return peer_->unknown_outcome(
        peer_->foreign({.code = Code::unsupported, .cause = "the number of answers is wrong"}));
  }

 private:
  std::shared_ptr<RemotePeer> peer_;
  RemotePending<std::vector<Answer>> answers_;
  std::size_t items_;
};

template <class Reply>
std::unique_ptr<Pending<Reply>> begin(const std::shared_ptr<RemotePeer>& peer, std::string_view method,
                                      std::string request, Effect effect, Duration extra_wait = {}) {
  std::vector<std::string> requests;
  requests.push_back(std::move(request));
  return std::make_unique<RemotePending<Reply>>(peer, method, std::move(requests), effect, extra_wait);
}

}  // namespace

RemoteNode::RemoteNode(std::string address, Runtime& runtime, const protocol::ClientOptions& options,
                       const std::string& secret)
    : peer_(std::make_shared<RemotePeer>(std::move(address), runtime, options, secret)) {}

RemoteNode::~RemoteNode() = default;

const std::string& RemoteNode::address() const {
  return peer_->address();
}

std::unique_ptr<Pending<NodeIdentity>> RemoteNode::identify() {
  return begin<NodeIdentity>(peer_, "node.identify", {}, Effect::reads);
}

std::unique_ptr<Pending<NodeStatus>> RemoteNode::status() {
  return begin<NodeStatus>(peer_, "node.status", {}, Effect::reads);
}

std::unique_ptr<Pending<Nothing>> RemoteNode::join(const ClusterId& cluster, Epoch epoch) {
  return begin<Nothing>(peer_, "node.join", protocol::encode_join(cluster, epoch), Effect::changes);
}

std::unique_ptr<Pending<Nothing>> RemoteNode::adopt_epoch(const CallGuard& guard, Epoch epoch) {
  return begin<Nothing>(peer_, "node.adopt_epoch", protocol::encode_adopt_epoch(guard, epoch),
                        Effect::changes);
}

std::unique_ptr<Pending<std::vector<ObjectState>>> RemoteNode::look(const CallGuard& guard,
                                                                    std::span<const ObjectId> ids,
                                                                    std::uint64_t claim) {
  return begin<std::vector<ObjectState>>(peer_, "node.look", protocol::encode_look(guard, ids, claim),
                                         Effect::reads);
}

std::unique_ptr<Pending<std::vector<Answer>>> RemoteNode::settle(const CallGuard& guard,
                                                                 std::span<const SettleItem> items,
                                                                 bool durable) {
  return std::make_unique<RemoteSettle>(peer_, protocol::encode_settles(guard, items, durable), items.size());
}

std::unique_ptr<Pending<InventoryPage>> RemoteNode::inventory(const CallGuard& guard,
                                                              std::optional<ObjectId> after,
                                                              std::size_t limit) {
  return begin<InventoryPage>(peer_, "node.inventory", protocol::encode_inventory(guard, after, limit),
                              Effect::reads);
}

std::unique_ptr<Pending<std::vector<StagedState>>> RemoteNode::staged(const CallGuard& guard,
                                                                      std::size_t limit) {
  return begin<std::vector<StagedState>>(peer_, "node.staged", protocol::encode_staged(guard, limit),
                                         Effect::reads);
}

std::unique_ptr<Pending<Nothing>> RemoteNode::drop_staged(const CallGuard& guard,
                                                          std::span<const StagedState> which) {
  std::vector<std::string> requests;
  do {
    const auto some = which.first(std::min(which.size(), limits::inventory_entries_max));
    requests.push_back(protocol::encode_drop_staged(guard, some));
    which = which.subspan(some.size());
  } while (!which.empty());
  return std::make_unique<RemotePending<Nothing>>(peer_, "node.drop_staged", std::move(requests),
                                                  Effect::changes);
}

std::unique_ptr<Pending<Answer>> RemoteNode::verify(const CallGuard& guard, const ObjectId& id,
                                                    const Stamp& stamp) {
  return begin<Answer>(peer_, "node.verify", protocol::encode_verify(guard, id, stamp), Effect::reads,
                       verify_wait);
}

std::unique_ptr<Pending<std::vector<TreeEntry>>> RemoteNode::tree(const CallGuard& guard,
                                                                  const std::string& after,
                                                                  std::size_t limit) {
  return begin<std::vector<TreeEntry>>(peer_, "node.tree", protocol::encode_tree(guard, after, limit),
                                       Effect::reads);
}

std::unique_ptr<Upload> RemoteNode::stage(const CallGuard& guard, const StageRequest& request) {
  return std::make_unique<RemoteUpload>(peer_, guard, request);
}

std::unique_ptr<Download> RemoteNode::fetch(const CallGuard& guard, const FetchRequest& request) {
  return std::make_unique<RemoteDownload>(peer_, guard, request);
}

}  // namespace tandem::gateway
