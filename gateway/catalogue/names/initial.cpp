#include "gateway/catalogue/names/initial.hpp"

#include <string>

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {

Transaction initial_entries(const ClusterRecord& cluster, const std::vector<PairRecord>& pairs) {
  ObjectRecord root;
  root.kind = Kind::directory;
  root.attributes.mode = 0755;
  root.attributes.modified_ns = cluster.created_ns;
  const std::string meta(keys::meta);
  const std::string root_key = keys::record(root_directory);
  Transaction transaction;
  transaction.conditions = {Condition::absent(meta), Condition::absent(root_key)};
  transaction.changes = {Change::put(meta, encode(cluster)), Change::put(root_key, encode(root))};
  for (const PairRecord& pair : pairs)
    transaction.changes.push_back(Change::put(keys::pair(pair.name), encode(pair)));
  return transaction;
}

}  // namespace tandem::gateway
