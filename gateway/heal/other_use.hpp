// Whether somebody but this healer reads and writes contents on the members of a pair, told from the nodes'
// own counts.
//
// add() may be called at any time, seen() by one thread at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "gateway/nodes/membership.hpp"

namespace tandem::gateway {

class OtherUse {
 public:
  OtherUse(std::shared_ptr<const ClusterView> cluster, const PairView& pair)
      : cluster_(std::move(cluster)), pair_(pair) {}

  // So many contents are about to be read or written by the healer itself.
  void add(std::uint64_t own) { own_ += own; }
  // Whether others have read or written any since the last call. One round trip to the members that are in.
  bool seen();

 private:
  const std::shared_ptr<const ClusterView> cluster_;  // keeps the pair
  const PairView& pair_;
  std::atomic<std::uint64_t> own_ = 0;
  bool begun_ = false;
  std::int64_t most_ = 0;  // of what others have done
};

}  // namespace tandem::gateway
