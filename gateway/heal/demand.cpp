#include "gateway/heal/demand.hpp"

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t taken_at_once = 8;

}  // namespace

void put_demand(CachedCatalogue& catalogue, const NodeId& node, const ObjectId& id) {
  const std::string key = keys::demand(node, id);
  const auto present = catalogue.get(key);
  if (!present || *present) return;
  const Transaction transaction{{Condition::absent(key), Condition::present(keys::mark(node, id))},
                                {Change::put(key, {})}};
  (void)catalogue.commit(transaction).ok();  // best effort
}

std::vector<ObjectId> take_demands(CachedCatalogue& catalogue, const NodeId& node) {
  const auto page = catalogue.scan(keys::demands_of(node), {}, taken_at_once);
  if (!page || page->entries.empty()) return {};
  Transaction transaction;
  std::vector<ObjectId> ids;
  for (const auto& entry : page->entries) {
    const auto key = keys::parse_demand(entry.key);
    if (key) ids.push_back(key->id);
    transaction.conditions.push_back(Condition::at(entry.key, entry.revision));
    transaction.changes.push_back(Change::erase(entry.key));
  }
  const auto commit = catalogue.commit(transaction);
  return commit && commit->committed ? ids : std::vector<ObjectId>{};
}

}  // namespace tandem::gateway
