// The two services of a node with every call recorded. They add nothing else, and hide nothing.
#pragma once

#include <memory>
#include <string>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/plain_service.hpp"
#include "storaged/service/call_recorder.hpp"

namespace tandem::storaged {

class MeasuredNode final : public NodeService {
 public:
  // Both must outlive it.
  MeasuredNode(NodeService& node, CallRecorder& recorder) : node_(node), recorder_(recorder) {}

  Result<NodeIdentity> identify() override;
  Result<NodeStatus> status() override;
  Status join(const ClusterId& cluster, Epoch epoch) override;
  Status adopt_epoch(const CallGuard& guard, Epoch epoch) override;
  Result<std::vector<ObjectState>> look(const CallGuard& guard, std::span<const ObjectId> ids,
                                        std::uint64_t claim) override;
  Result<std::vector<Answer>> settle(const CallGuard& guard, std::span<const SettleItem> items,
                                     bool durable) override;
  Result<InventoryPage> inventory(const CallGuard& guard, std::optional<ObjectId> after,
                                  std::size_t limit) override;
  Result<std::vector<StagedState>> staged(const CallGuard& guard, std::size_t limit) override;
  Status drop_staged(const CallGuard& guard, std::span<const StagedState> which) override;
  Result<Answer> verify(const CallGuard& guard, const ObjectId& id, const Stamp& stamp) override;
  Result<std::vector<TreeEntry>> tree(const CallGuard& guard, const std::string& after,
                                      std::size_t limit) override;
  Result<std::unique_ptr<StageSink>> stage(const CallGuard& guard, const StageRequest& request) override;
  Result<std::unique_ptr<ContentSource>> fetch(const CallGuard& guard, const FetchRequest& request) override;

 private:
  Recording record(Call call) { return {recorder_, call}; }

  NodeService& node_;
  CallRecorder& recorder_;
};

class MeasuredPlain final : public PlainService {
 public:
  // Both must outlive it.
  MeasuredPlain(PlainService& plain, CallRecorder& recorder) : plain_(plain), recorder_(recorder) {}

  Status make_directory(std::string_view path) override;
  Status create(std::string_view path) override;
  Status move(std::string_view from, std::string_view to) override;
  Status remove(std::string_view path) override;
  Result<std::string> read(std::string_view path, std::uint64_t offset,
                           std::optional<std::uint64_t> length) override;
  Result<std::uint64_t> write(std::string_view path, std::string_view bytes,
                              std::optional<std::uint64_t> offset) override;
  Result<PlainStatus> plain_status() override;

 private:
  Recording record(Call call) { return {recorder_, call}; }

  PlainService& plain_;
  CallRecorder& recorder_;
};

}  // namespace tandem::storaged
