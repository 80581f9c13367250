// A node as the gateway sees it: the calls of protocol/contract/node_service.hpp, split into sending and
// collecting, so that one thread can reach all members at once (D5: scatter, then gather). RemoteNode
// implements it over HTTP; a simulation over its own network.
//
// Outcomes. `unavailable`: the call did not reach the node's service, nothing was changed.
// `outcome_unknown`: it may have. Every wait has a deadline counted since the last progress (I9); which
// one is the implementation's setting. A Node may be used from many threads; a Pending, Upload or Download
// belongs to one. Destroying one of these without collecting abandons the call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

template <class Reply>
class Pending {
 public:
  virtual ~Pending() = default;
  virtual Result<Reply> collect() = 0;  // once
};

// A stage call under way. Small contents travel with the head in one send.
class Upload {
 public:
  virtual ~Upload() = default;
  // A failed write means this member is missing; further calls fail alike.
  virtual Status write(std::span<const std::byte> bytes) = 0;
  virtual Status finish_sending() = 0;       // no more bytes
  virtual Result<StageReply> collect() = 0;  // once, after finish_sending()
};

// A fetch under way.
class Download {
 public:
  virtual ~Download() = default;
  // True once head() would not have to wait: for hedging.
  virtual bool ready_by(Instant deadline) = 0;
  virtual Result<FetchHead> head() = 0;
  // The next bytes of the body; 0 at its end. Not checked against the checksums yet.
  virtual Result<std::size_t> read(std::span<std::byte> out) = 0;
};

class Node {
 public:
  virtual ~Node() = default;
  virtual const std::string& address() const = 0;  // HOST:PORT, the node's name for people

  virtual std::unique_ptr<Pending<NodeIdentity>> identify() = 0;
  virtual std::unique_ptr<Pending<NodeStatus>> status() = 0;
  virtual std::unique_ptr<Pending<Nothing>> join(const ClusterId& cluster, Epoch epoch) = 0;
  virtual std::unique_ptr<Pending<Nothing>> adopt_epoch(const CallGuard& guard, Epoch epoch) = 0;
  virtual std::unique_ptr<Pending<std::vector<ObjectState>>> look(const CallGuard& guard,
                                                                  std::span<const ObjectId> ids,
                                                                  std::uint64_t claim) = 0;
  virtual std::unique_ptr<Pending<std::vector<Answer>>> settle(const CallGuard& guard,
                                                               std::span<const SettleItem> items,
                                                               bool durable) = 0;
  virtual std::unique_ptr<Pending<InventoryPage>> inventory(const CallGuard& guard,
                                                            std::optional<ObjectId> after,
                                                            std::size_t limit) = 0;
  virtual std::unique_ptr<Pending<std::vector<StagedState>>> staged(const CallGuard& guard,
                                                                    std::size_t limit) = 0;
  virtual std::unique_ptr<Pending<Nothing>> drop_staged(const CallGuard& guard,
                                                        std::span<const StagedState> which) = 0;
  virtual std::unique_ptr<Pending<Answer>> verify(const CallGuard& guard, const ObjectId& id,
                                                  const Stamp& stamp) = 0;
  virtual std::unique_ptr<Pending<std::vector<TreeEntry>>> tree(const CallGuard& guard,
                                                                const std::string& after,
                                                                std::size_t limit) = 0;

  virtual std::unique_ptr<Upload> stage(const CallGuard& guard, const StageRequest& request) = 0;
  virtual std::unique_ptr<Download> fetch(const CallGuard& guard, const FetchRequest& request) = 0;
};

// How nodes are reached; the transport seam.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual std::shared_ptr<Node> connect(const std::string& address) = 0;  // no I/O yet
};

}  // namespace tandem::gateway
