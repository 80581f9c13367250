#include "gateway/heal/filling.hpp"

#include <algorithm>
#include <map>

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t page_entries = 2000;
constexpr std::size_t page_marks = 256;  // what a walk that is broken off finds again, at most

}  // namespace

// Ids behind `after` up to and including `last`; no `last`: to the end.
struct Filling::Range {
  std::optional<ObjectId> after{};
  std::optional<ObjectId> last{};
};

Filling::Filling(CachedCatalogue& catalogue, Membership& membership, Verdicts& verdicts, Runtime& runtime)
    : catalogue_(catalogue),
      membership_(membership),
      verdicts_(verdicts),
      runtime_(runtime),
      adoption_(catalogue, verdicts, runtime) {}

Result<bool> Filling::walk(const NodeId& node, const std::function<bool()>& keep_going) {
  const auto cluster = membership_.view();
  if (!cluster) return cluster.error();
  const PairView* pair = (*cluster)->pair_of(node);
  if (pair == nullptr || !pair->member(node)->state.filling) return true;
  std::optional<ObjectId> after = pair->member(node)->state.filled_up_to;
  for (;;) {
    const auto end = compare_page(node, after);
    if (!end) return end.error();
    const auto remembered = remember(node, *end ? std::nullopt : after);
    if (!remembered) return remembered.error();
    if (*end) return *remembered;
    if (!*remembered || !keep_going()) return false;  // somebody else changed the node's state: look again
  }
}

// True when this page was the last one.
Result<bool> Filling::compare_page(const NodeId& node, std::optional<ObjectId>& after) {
  const auto cluster = membership_.view();
  if (!cluster) return cluster.error();
  const PairView* pair = (*cluster)->pair_of(node);
  if (pair == nullptr) return true;
  const MemberView& member = *pair->member(node);
  const auto page = member.node().inventory(member.guard, after, page_entries)->collect();
  if (!page) {
    verdicts_.failed(member, page.error());
    return page.error();
  }
  verdicts_.reached(member);
  const ClusterRecord& record = (*cluster)->cluster;
  const auto found = differences(record, *pair, member, {after, page->next}, *page);
  if (!found) return found.error();
  if (auto adopted = adoption_.adopt(record, *pair, found->changed_in_lost); !adopted) {
    return std::move(adopted).error();
  }
  if (auto put = put_marks(catalogue_, found->marks, runtime_.wall_now()); !put)
    return std::move(put).error();
  after = found->end;
  return !found->end.has_value();
}

Result<Filling::Differences> Filling::differences(const ClusterRecord& cluster, const PairView& pair,
                                                  const MemberView& member, const Range& range,
                                                  const InventoryPage& page) {
  std::map<ObjectId, InventoryEntry> held;
  for (const auto& entry : page.entries) held.emplace(entry.id, entry);
  Differences differences{.end = range.last};
  auto& marks = differences.marks;
  const NodeId& node = member.record.node;
  std::string after = range.after ? keys::record(*range.after) : std::string{};
  const std::string last = range.last ? keys::record(*range.last) : std::string{};
  for (bool more = true; more;) {
    const auto records = catalogue_.scan(keys::records_prefix, after, page_entries);
    if (!records) return records.error();
    more = records->more;
    for (const auto& entry : records->entries) {
      after = entry.key;
      if (!last.empty() && entry.key > last) {
        more = false;
        break;
      }
      const auto id = keys::parse_record(entry.key);
      const auto record = decode<ObjectRecord>(entry.value);
      if (!id || !record) return Error{Code::corrupt, "a record of the catalogue cannot be read"};
      const auto found = held.find(*id);
      const bool is_held = found != held.end();
      const bool same = is_held && found->second.revision == entry.revision;
      const bool is_lost = is_held && cluster.has_lost(found->second.revision);
      if (is_held) held.erase(found);
      if (record->kind == Kind::file && record->pair == pair.record.name && !same) {
        if (is_lost) differences.changed_in_lost.push_back(*id);
        marks.push_back({node, *id, Kind::file, true});
      } else if (is_held && !same && record->kind == Kind::directory) {
        marks.push_back({node, *id, Kind::directory, false});
      } else if (is_held && record->kind == Kind::file && record->pair != pair.record.name) {
        marks.push_back({node, *id, Kind::file, false});
      }
      if (marks.size() >= page_marks) {
        differences.end = *id;
        more = false;
        break;
      }
    }
  }
  for (const auto& [id, entry] : held) {  // no record any longer, or one that was lost
    if (differences.end && id > *differences.end) break;
    if (!cluster.has_lost(entry.revision)) marks.push_back({node, id, entry.kind, false});
  }
  return differences;
}

// Writes down how far the walk came, or that it is done. False: the node's state was changed by another.
Result<bool> Filling::remember(const NodeId& node, const std::optional<ObjectId>& up_to) {
  const auto cluster = membership_.view();
  if (!cluster) return cluster.error();
  const PairView* pair = (*cluster)->pair_of(node);
  if (pair == nullptr) return true;
  const MemberView& member = *pair->member(node);
  NodeRecord next = member.state;
  next.filling = up_to.has_value();
  next.filled_up_to = up_to;
  const Transaction transaction{{state_unchanged(member)}, {Change::put(keys::node(node), encode(next))}};
  const auto commit = catalogue_.commit(transaction);
  if (!commit) return commit.error();
  return commit->committed;
}

}  // namespace tandem::gateway
