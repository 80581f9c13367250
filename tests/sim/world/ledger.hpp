// What the simulation itself knows that each node holds, noted where the node's service answers: the ground
// that I1, I3 and I5 are checked on.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "protocol/contract/identifiers.hpp"

namespace tandem::sim {

class Ledger {
 public:
  struct Holding {
    std::set<std::pair<ObjectId, Stamp>> staged{};
    std::map<ObjectId, Stamp> objects{};
    std::map<ObjectId, Revision> settled{};  // files, directories and what is removed
    std::map<ObjectId, Revision> removed{};

    bool has(const ObjectId& id, const Stamp& stamp) const {
      const auto object = objects.find(id);
      return staged.contains({id, stamp}) || (object != objects.end() && object->second == stamp);
    }
  };

  void staged(const NodeId& node, const ObjectId& id, const Stamp& stamp) {
    holdings_[node].staged.insert({id, stamp});
  }
  void dropped(const NodeId& node, const ObjectId& id, const Stamp& stamp) {
    holdings_[node].staged.erase({id, stamp});
  }
  void settled(const NodeId& node, const ObjectId& id, Revision revision) {
    raise(holdings_[node].settled[id], revision);
  }
  void shows(const NodeId& node, const ObjectId& id, const Stamp& stamp) {
    holdings_[node].objects[id] = stamp;
  }
  void removed(const NodeId& node, const ObjectId& id, Revision revision) {
    raise(holdings_[node].removed[id], revision);
    holdings_[node].objects.erase(id);
    settled(node, id, revision);
  }

  // The node's folder has become an earlier one, which counts once the cluster has admitted its new life:
  // until then it cannot be changed, and what is decided on its former life is found out at that moment.
  void from_admission_on(const NodeId& node, Holding holding) {
    replaced_.insert_or_assign(node, std::move(holding));
  }
  void admitted(const NodeId& node) {
    const auto replaced = replaced_.find(node);
    if (replaced == replaced_.end()) return;
    holdings_[node] = std::move(replaced->second);
    replaced_.erase(replaced);
  }
  bool awaits_admission(const NodeId& node) const { return replaced_.contains(node); }

  bool holds(const NodeId& node, const ObjectId& id, const Stamp& stamp) const {
    const auto found = holdings_.find(node);
    return found != holdings_.end() && found->second.has(id, stamp);
  }
  Revision settled_at(const NodeId& node, const ObjectId& id) const {
    const auto found = holdings_.find(node);
    return found == holdings_.end() ? 0 : revision_in(found->second.settled, id);
  }
  Revision removed_at(const NodeId& node, const ObjectId& id) const {
    const auto found = holdings_.find(node);
    return found == holdings_.end() ? 0 : revision_in(found->second.removed, id);
  }
  Holding holding_of(const NodeId& node) const {
    const auto found = holdings_.find(node);
    return found == holdings_.end() ? Holding{} : found->second;
  }

 private:
  static void raise(Revision& known, Revision revision) { known = std::max(known, revision); }
  static Revision revision_in(const std::map<ObjectId, Revision>& revisions, const ObjectId& id) {
    const auto found = revisions.find(id);
    return found == revisions.end() ? 0 : found->second;
  }

  std::map<NodeId, Holding> holdings_{};
  std::map<NodeId, Holding> replaced_{};
};

}  // namespace tandem::sim
