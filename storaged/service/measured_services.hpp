// The two services of a node with every call counted and timed. They add nothing else, and hide nothing.
#pragma once

#include <memory>
#include <string>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/plain_service.hpp"
#include "protocol/contract/runtime.hpp"
#include "storaged/service/metrics.hpp"

namespace tandem::storaged {

// Times one call from its construction to finish().
class Measurement {
 public:
  Measurement(Metrics& metrics, Runtime& runtime, Call call)
      : metrics_(metrics), runtime_(runtime), call_(call), started_(runtime.now()) {}
  template <class Outcome>
  Outcome finish(Outcome outcome) {
    metrics_.count_call(call_, outcome.code(), runtime_.now() - started_);
    return outcome;
  }

 private:
  Metrics& metrics_;
  Runtime& runtime_;
  Call call_;
  Instant started_;
};

class MeasuredNode final : public NodeService {
 public:
  // All three must outlive it.
  MeasuredNode(NodeService& node, Metrics& metrics, Runtime& runtime)
      : node_(node), metrics_(metrics), runtime_(runtime) {}

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
  Measurement measure(Call call) { return {metrics_, runtime_, call}; }

  NodeService& node_;
  Metrics& metrics_;
  Runtime& runtime_;
};

class MeasuredPlain final : public PlainService {
 public:
  // All three must outlive it.
  MeasuredPlain(PlainService& plain, Metrics& metrics, Runtime& runtime)
      : plain_(plain), metrics_(metrics), runtime_(runtime) {}

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
  Measurement measure(Call call) { return {metrics_, runtime_, call}; }

  PlainService& plain_;
  Metrics& metrics_;
  Runtime& runtime_;
};

}  // namespace tandem::storaged
