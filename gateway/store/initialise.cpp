#include "gateway/store/initialise.hpp"

#include <map>

#include "gateway/catalogue/names/initial.hpp"
#include "gateway/catalogue/names/names.hpp"
#include "gateway/nodes/membership.hpp"
#include "gateway/store/real_seams.hpp"

namespace tandem::gateway {
namespace {

using Identities = std::map<std::string, NodeIdentity>;  // by address

constexpr Epoch first_epoch = 1;

Result<Identities> identify_all(const Config& config, Transport& transport) {
  Identities identities;
  std::map<NodeId, std::string> seen;
  for (const auto& pair : config.pairs) {
    for (const auto& address : pair.members) {
      const auto identity = transport.connect(address)->identify()->collect();
      if (!identity) {
        return Error(identity.error())
            .on(address)
            .hint(identity.code() == Code::denied
                      ? "cluster.secret_file must hold what its --secret-file holds"
                      : "start it: storaged --root DIR --listen " + address);
      }
      if (const auto [other, is_new] = seen.emplace(identity->node, address); !is_new) {
        return Error{Code::invalid, "one data folder answers at " + other->second + " and " + address}.hint(
            "give every member its own folder");
      }
      identities.emplace(address, *identity);
    }
  }
  return identities;
}

// The pairs of the catalogue to be; `exists` when a node belongs to a cluster already.
Result<std::vector<PairRecord>> pairs_of(const Config& config, const Identities& identities) {
  std::vector<PairRecord> pairs;
  for (const auto& pair : config.pairs) {
    PairRecord record{.name = pair.name};
    for (const auto& address : pair.members) {
      const NodeIdentity& identity = identities.at(address);
      if (!identity.cluster.is_null()) {
        return Error{Code::exists, "the node belongs to cluster " + to_string(identity.cluster)}
            .on(address)
            .hint("use an empty folder, or bring that cluster's catalogue back");
      }
      record.members.push_back({identity.node, address, identity.run});
    }
    pairs.push_back(std::move(record));
  }
  return pairs;
}

Result<ClusterId> create(const Config& config, Runtime& runtime, const Identities& identities) {
  const auto pairs = pairs_of(config, identities);
  if (!pairs) return pairs.error();
  const ClusterRecord cluster{.id = random_identifier<ClusterId>(runtime),
                              .name = config.cluster.name,
                              .created_ns = runtime.wall_now()};
  if (auto made = create_catalogue(config, runtime, initial_entries(cluster, *pairs)); !made) {
    return std::move(made).error();
  }
  return cluster.id;
}

// The id of the cluster an earlier, interrupted run has begun: its catalogue names the very nodes that
// answer, and at least one of them has not joined yet.
Result<ClusterId> resume(Catalogue& engine, Transport& transport, const Identities& identities) {
  CachedCatalogue catalogue(engine, 1000, {});
  Membership membership(catalogue, transport);
  const auto view = membership.view();
  if (!view) return view.error();
  bool somebody_waits = false;
  for (const auto& pair : (*view)->pairs) {
    for (const auto& member : pair.members) {
      const auto found = identities.find(member.record.address);
      if (found == identities.end() || found->second.node != member.record.node) {
        return Error{Code::exists, "the catalogue there is of another layout"};
      }
      somebody_waits = somebody_waits || found->second.cluster.is_null();
    }
  }
  if (somebody_waits) return (*view)->cluster.id;
  return Error{Code::exists, "the cluster exists already"}.hint("see `tandem status`");
}

}  // namespace

Result<ClusterId> initialise(const Config& config, Runtime& runtime, Transport& transport) {
  const auto existing = open_catalogue(config, runtime);
  if (!existing && existing.code() != Code::not_found) return existing.error();
  const auto identities = identify_all(config, transport);
  if (!identities) {
    if (existing) return Error{Code::exists, "there is a catalogue already", config.cluster.catalogue};
    return identities.error();
  }
  auto cluster = existing ? resume(**existing, transport, *identities) : create(config, runtime, *identities);
  if (!cluster) {
    return cluster.code() == Code::exists && cluster.error().node.empty()
               ? Error(cluster.error()).at(config.cluster.catalogue)
               : cluster.error();
  }
  for (const auto& [address, identity] : *identities) {
    const auto joined = transport.connect(address)->join(*cluster, first_epoch)->collect();
    if (!joined) return Error(joined.error()).on(address);
  }
  return cluster;
}

}  // namespace tandem::gateway
