// Who is in the cluster and what state each member is in: the catalogue's p/ and n/ records, decoded and
// kept current, with a connection to each node.
//
// All calls may be made at the same time. A view is a snapshot; what is decided on it is guarded in the
// commit by the pair's revision.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/catalogue/names/cached_catalogue.hpp"
#include "gateway/catalogue/records/records.hpp"
#include "gateway/nodes/node.hpp"

namespace tandem::gateway {

// What this process has seen of a node itself; shared by all views.
struct Contact {
  explicit Contact(std::shared_ptr<Node> connection) : node(std::move(connection)) {}
  const std::shared_ptr<Node> node;
  std::atomic<bool> met{false};        // it has answered at least once
  std::atomic<bool> lost{false};       // the last call failed to reach it
  std::atomic<bool> restarted{false};  // it refused a call because its run is another
};

struct MemberView {
  MemberRecord record{};
  NodeRecord state{};           // live when the catalogue says nothing
  Revision state_revision = 0;  // of its n/ key; 0: none
  std::shared_ptr<Contact> contact{};
  CallGuard guard{};

  Node& node() const { return *contact->node; }
  bool out() const { return state.state == NodeState::out; }
};

struct PairView {
  PairRecord record{};
  Revision revision = 0;
  std::vector<MemberView> members{};

  const MemberView* member(const NodeId& node) const;
};

struct ClusterView {
  ClusterRecord cluster{};
  std::vector<PairView> pairs{};

  const PairView* pair(std::string_view name) const;
  const PairView* pair_of(const NodeId& node) const;
};

class Membership {
 public:
  Membership(CachedCatalogue& catalogue, Transport& transport);

  // As current as a catalogue read during the call.
  Result<std::shared_ptr<const ClusterView>> view();
  // The node that answers at an address, member or not; no I/O yet.
  std::shared_ptr<Node> connect(const std::string& address) { return contact(address)->node; }
  // Has to hear every on_change of the cache.
  void changed(std::string_view key);

 private:
  Result<std::shared_ptr<const ClusterView>> load();
  std::shared_ptr<Contact> contact(const std::string& address);

  CachedCatalogue& catalogue_;
  Transport& transport_;
  std::mutex mutex_;
  std::uint64_t generation_ = 1;  // counts changes
  std::uint64_t loaded_ = 0;      // the generation view_ was loaded at
  std::shared_ptr<const ClusterView> view_;
  std::map<std::string, std::shared_ptr<Contact>> contacts_;
};

}  // namespace tandem::gateway
