// What a node is, as far as the guards need it: whose folder this is, which epoch it has seen, which life
// it is in. The data folder implements it; kept apart so that a simulation can give a node any life.
#pragma once

#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/node_service.hpp"
#include "protocol/contract/result.hpp"

namespace tandem::storaged {

// All calls may be made at the same time. What join() and adopt_epoch() change is durable when they answer
// ok.
class NodeLife {
 public:
  virtual ~NodeLife() = default;

  // From memory: it is asked on every call.
  virtual NodeIdentity identity() = 0;

  // This node belongs to `cluster` from now on. `exists` when it belongs to another; the same again is ok.
  virtual Status join(const ClusterId& cluster, Epoch epoch) = 0;

  // A greater epoch than the present one; the present one again is ok, a smaller one is `stale`.
  virtual Status adopt_epoch(Epoch epoch) = 0;
};

}  // namespace tandem::storaged
