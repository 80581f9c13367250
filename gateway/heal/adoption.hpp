// After a catalogue was brought back from a backup: files that were written again between the backup and the
// loss. The nodes hold the new content and nobody holds the one the record names, so the record is brought up
// to what is there. That is the only way in which a record ever follows a node.
#pragma once

#include <span>

#include "gateway/nodes/membership.hpp"
#include "gateway/nodes/verdicts.hpp"

namespace tandem::gateway {

class Adoption {
 public:
  Adoption(CachedCatalogue& catalogue, Verdicts& verdicts, Runtime& runtime)
      : catalogue_(catalogue), verdicts_(verdicts), runtime_(runtime) {}

  // Of each file of `pair`: the content with the greatest lost revision that any member has settled becomes
  // the record's, and all members are marked. A record that was changed since the restore stays as it is.
  // `unavailable`: a member that is not out does not answer, and it may hold the newest.
  Status adopt(const ClusterRecord& cluster, const PairView& pair, std::span<const ObjectId> ids);

 private:
  Status adopt_some(const ClusterRecord& cluster, const PairView& pair, std::span<const ObjectId> ids);
  Status adopt_one(const PairView& pair, const ObjectState& newest);

  CachedCatalogue& catalogue_;
  Verdicts& verdicts_;
  Runtime& runtime_;
};

}  // namespace tandem::gateway
