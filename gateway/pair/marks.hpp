// Marks (D7): what a node may not match, put into the catalogue when it could not be told.
// All calls may be made at the same time.
#pragma once

#include <vector>

#include "gateway/catalogue/names/cached_catalogue.hpp"
#include "gateway/catalogue/records/records.hpp"
#include "gateway/nodes/membership.hpp"

namespace tandem::gateway {

struct Mark {
  NodeId node{};
  ObjectId id{};
  Kind kind = Kind::file;
  bool content = false;  // bytes are missing, not only names
};

// Adds to a transaction what makes the mark be there once it has committed.
Status add_mark(Transaction& transaction, CachedCatalogue& catalogue, const Mark& mark, WallTime now);

// Puts those that are not there yet; durable on return. A mark that exists stays as it is: whoever erases
// it has to find the record unchanged, so it covers later versions too.
Status put_marks(CachedCatalogue& catalogue, const std::vector<Mark>& marks, WallTime now);

// The members that have to match what is owed: the pair's, or all of the cluster's.
std::vector<const MemberView*> members_owed(const ClusterView& cluster, const Owed& owed);

}  // namespace tandem::gateway
