#include "gateway/nodes/membership.hpp"

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t page_entries = 1000;

Result<std::vector<Entry>> scan_all(CachedCatalogue& catalogue, std::string_view prefix, Revision& revision) {
  std::vector<Entry> entries;
  std::string after;
  for (;;) {
    auto page = catalogue.scan(prefix, after, page_entries);
    if (!page) return std::move(page).error();
    revision = page->revision;
    for (auto& entry : page->entries) entries.push_back(std::move(entry));
    if (!page->more) return entries;
    after = entries.back().key;
  }
}

}  // namespace

const MemberView* PairView::member(const NodeId& node) const {
  for (const auto& member : members) {
    if (member.record.node == node) return &member;
  }
  return nullptr;
}

const PairView* ClusterView::pair(std::string_view name) const {
  for (const auto& pair : pairs) {
    if (pair.record.name == name) return &pair;
  }
  return nullptr;
}

const PairView* ClusterView::pair_of(const NodeId& node) const {
  for (const auto& pair : pairs) {
    if (pair.member(node) != nullptr) return &pair;
  }
  return nullptr;
}

Membership::Membership(CachedCatalogue& catalogue, Transport& transport)
    : catalogue_(catalogue), transport_(transport) {}

void Membership::changed(std::string_view key) {
  if (!key.empty() && !key.starts_with(keys::pairs_prefix) && !key.starts_with(keys::nodes_prefix)) return;
  const std::scoped_lock lock(mutex_);
  ++generation_;
}

Result<std::shared_ptr<const ClusterView>> Membership::view() {
  if (auto refreshed = catalogue_.refresh(); !refreshed) return std::move(refreshed).error();
  std::uint64_t generation = 0;
  {
    const std::scoped_lock lock(mutex_);
    // An engine whose revision is not known without asking gives no word of changes: load each time.
    if (view_ && loaded_ == generation_ && catalogue_.engine().known_revision()) return view_;
    generation = generation_;
  }
  auto loaded = load();
  if (!loaded) return loaded;
  const std::scoped_lock lock(mutex_);
  view_ = *loaded;
  loaded_ = generation;
  return loaded;
}

Result<std::shared_ptr<const ClusterView>> Membership::load() {
  const auto meta = catalogue_.get(keys::meta);
  if (!meta) return meta.error();
  if (!*meta) return Error{Code::corrupt, "the catalogue does not say which cluster it belongs to"};
  auto cluster = decode<ClusterRecord>((*meta)->value);
  if (!cluster) return std::move(cluster).error();

  Revision revision = 0;
  const auto states = scan_all(catalogue_, keys::nodes_prefix, revision);
  if (!states) return states.error();
  const auto pairs = scan_all(catalogue_, keys::pairs_prefix, revision);
  if (!pairs) return pairs.error();

  auto view = std::make_shared<ClusterView>();
  view->cluster = std::move(*cluster);
  for (const auto& entry : *pairs) {
    auto record = decode<PairRecord>(entry.value);
    if (!record) return std::move(record).error();
    PairView pair{.record = std::move(*record), .revision = entry.revision};
    for (const auto& member : pair.record.members) {
      MemberView seen{.record = member, .contact = contact(member.address)};
      seen.guard = {view->cluster.id, member.node, epoch_of(revision), member.run};
      for (const auto& state : *states) {
        if (state.key != keys::node(member.node)) continue;
        auto decoded = decode<NodeRecord>(state.value);
        if (!decoded) return std::move(decoded).error();
        seen.state = std::move(*decoded);
        seen.state_revision = state.revision;
      }
      pair.members.push_back(std::move(seen));
    }
    view->pairs.push_back(std::move(pair));
  }
  return std::shared_ptr<const ClusterView>(std::move(view));
}

std::shared_ptr<Contact> Membership::contact(const std::string& address) {
  const std::scoped_lock lock(mutex_);
  auto& contact = contacts_[address];
  if (!contact) contact = std::make_shared<Contact>(transport_.connect(address));
  return contact;
}

}  // namespace tandem::gateway
