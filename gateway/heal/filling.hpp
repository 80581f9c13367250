// Compares everything a node holds with everything the catalogue says it should hold, by (id, revision),
// without reading any content, and puts a mark wherever they differ. Done when marks cannot be trusted: after
// a stop that was not in order, for a new folder, or when too much was missed. Resumable: the place reached
// stands in the node's record, never more than a few hundred differences behind.
//
// What a node holds at a revision that a lost catalogue gave out is never taken for something that was
// removed: without a record it stays on the node, unmarked; a record that knows only an older content adopts
// it.
//
// What is in flight while it compares may be marked needlessly; healing finds that out.
#pragma once

#include <functional>

#include "gateway/catalogue/names/names.hpp"
#include "gateway/heal/adoption.hpp"
#include "gateway/nodes/membership.hpp"
#include "gateway/nodes/verdicts.hpp"
#include "gateway/pair/marks.hpp"

namespace tandem::gateway {

class Filling {
 public:
  Filling(CachedCatalogue& catalogue, Membership& membership, Verdicts& verdicts, Runtime& runtime);

  // Goes on with the walk of a filling member to its end. `keep_going` is asked after each page; false stops,
  // and the walk goes on from there another time. Returns whether the end was reached.
  Result<bool> walk(const NodeId& node, const std::function<bool()>& keep_going);

 private:
  struct Range;
  Result<bool> compare_page(const NodeId& node, std::optional<ObjectId>& after);
  struct Differences {
    std::vector<Mark> marks{};
    std::vector<ObjectId> changed_in_lost{};  // files with a record, held at a lost revision
    std::optional<ObjectId> end{};            // the last id that was compared; none: all were
  };
  Result<Differences> differences(const ClusterRecord& cluster, const PairView& pair,
                                  const MemberView& member, const Range& range, const InventoryPage& page);
  Result<bool> remember(const NodeId& node, const std::optional<ObjectId>& up_to);

  CachedCatalogue& catalogue_;
  Membership& membership_;
  Verdicts& verdicts_;
  Runtime& runtime_;
  Adoption adoption_;
};

}  // namespace tandem::gateway
