// What the simulation itself knows that each node holds, noted where the node's service answers: the ground
// that I1 and I5 are checked on.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "protocol/contract/identifiers.hpp"

namespace tandem::sim {

class Ledger {
 public:
  void staged(const NodeId& node, const ObjectId& id, const Stamp& stamp) {
    staged_[node].insert({id, stamp});
  }
  void dropped(const NodeId& node, const ObjectId& id, const Stamp& stamp) {
    staged_[node].erase({id, stamp});
  }
  void shows(const NodeId& node, const ObjectId& id, const Stamp& stamp) { shown_[node][id] = stamp; }
  void settled(const NodeId& node, const ObjectId& id, Revision revision) {
    Revision& known = settled_[node][id];
    known = std::max(known, revision);
  }

  bool holds(const NodeId& node, const ObjectId& id, const Stamp& stamp) const {
    const auto staged = staged_.find(node);
    if (staged != staged_.end() && staged->second.contains({id, stamp})) return true;
    const auto shown = shown_.find(node);
    if (shown == shown_.end()) return false;
    const auto content = shown->second.find(id);
    return content != shown->second.end() && content->second == stamp;
  }
  Revision settled_at(const NodeId& node, const ObjectId& id) const {
    const auto found = settled_.find(node);
    if (found == settled_.end()) return 0;
    const auto revision = found->second.find(id);
    return revision == found->second.end() ? 0 : revision->second;
  }

 private:
  std::map<NodeId, std::set<std::pair<ObjectId, Stamp>>> staged_{};
  std::map<NodeId, std::map<ObjectId, Stamp>> shown_{};  // settled contents
  std::map<NodeId, std::map<ObjectId, Revision>> settled_{};
};

}  // namespace tandem::sim
