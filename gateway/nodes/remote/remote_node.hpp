// A node reached over HTTP. Reading calls and settles, which may be made twice, are sent again once when
// their connection ends before any answer came; stages never are. A settle of more items than fit one call is
// collected in several. tree() and staged() pages may be shorter than asked for; only an empty one is last.
#pragma once

#include <memory>
#include <string>

#include "gateway/nodes/node.hpp"
#include "protocol/http/connection_pool.hpp"

namespace tandem::gateway {

class RemoteNode : public Node {
 public:
  RemoteNode(std::string address, Runtime& runtime, const protocol::ClientOptions& options,
             const std::string& secret);
  ~RemoteNode() override;  // calls under way keep what they need

  const std::string& address() const override;
  std::unique_ptr<Pending<NodeIdentity>> identify() override;
  std::unique_ptr<Pending<NodeStatus>> status() override;
  std::unique_ptr<Pending<Nothing>> join(const ClusterId& cluster, Epoch epoch) override;
  std::unique_ptr<Pending<Nothing>> adopt_epoch(const CallGuard& guard, Epoch epoch) override;
  std::unique_ptr<Pending<std::vector<ObjectState>>> look(const CallGuard& guard,
                                                          std::span<const ObjectId> ids,
                                                          std::uint64_t claim) override;
  std::unique_ptr<Pending<std::vector<Answer>>> settle(const CallGuard& guard,
                                                       std::span<const SettleItem> items,
                                                       bool durable) override;
  std::unique_ptr<Pending<InventoryPage>> inventory(const CallGuard& guard, std::optional<ObjectId> after,
                                                    std::size_t limit) override;
  std::unique_ptr<Pending<std::vector<StagedState>>> staged(const CallGuard& guard,
                                                            std::size_t limit) override;
  std::unique_ptr<Pending<Nothing>> drop_staged(const CallGuard& guard,
                                                std::span<const StagedState> which) override;
  std::unique_ptr<Pending<Answer>> verify(const CallGuard& guard, const ObjectId& id,
                                          const Stamp& stamp) override;
  std::unique_ptr<Pending<std::vector<TreeEntry>>> tree(const CallGuard& guard, const std::string& after,
                                                        std::size_t limit) override;
  std::unique_ptr<Upload> stage(const CallGuard& guard, const StageRequest& request) override;
  std::unique_ptr<Download> fetch(const CallGuard& guard, const FetchRequest& request) override;

 private:
  std::shared_ptr<class RemotePeer> peer_;
};

}  // namespace tandem::gateway
