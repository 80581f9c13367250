#include "gateway/pair/marks.hpp"

#include <algorithm>

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t marks_per_commit = 40;
constexpr int conflicts_max = 20;

Change put_mark(const Mark& mark, WallTime now) {
  const MarkRecord record{.kind = mark.kind, .content = mark.content, .since_ns = now};
  return Change::put(keys::mark(mark.node, mark.id), encode(record));
}

// Adds what makes the mark be there after the commit. One that exists is only guarded to stay, unless it has
// to say more.
void guard_mark(Transaction& transaction, const Mark& mark, const Entry* present, WallTime now) {
  const std::string key = keys::mark(mark.node, mark.id);
  if (present == nullptr) {
    transaction.conditions.push_back(Condition::absent(key));
    transaction.changes.push_back(put_mark(mark, now));
    return;
  }
  const auto record = decode<MarkRecord>(present->value);
  if (record && (record->content || !mark.content)) {
    transaction.conditions.push_back(Condition::present(key));
    return;
  }
  transaction.conditions.push_back(Condition::at(key, present->revision));
  transaction.changes.push_back(put_mark(mark, now));
}

// One commit's worth. Conflicts mean that some of them appeared meanwhile: look again.
Status put_some(CachedCatalogue& catalogue, std::span<const Mark> marks, WallTime now) {
  for (int conflict = 0; conflict < conflicts_max; ++conflict) {
    std::vector<std::string> wanted;
    for (const auto& mark : marks) wanted.push_back(keys::mark(mark.node, mark.id));
    const auto present = catalogue.get_many(wanted);
    if (!present) return present.error();
    Transaction transaction;
    for (std::size_t index = 0; index < marks.size(); ++index) {
      guard_mark(transaction, marks[index], present->entries[index].get(), now);
    }
    if (transaction.changes.empty()) return success();
    const auto commit = catalogue.commit(transaction);
    if (!commit) return commit.error();
    if (commit->committed) return success();
  }
  return Error{Code::stale, "the marks keep changing"};
}

}  // namespace

Status add_mark(Transaction& transaction, CachedCatalogue& catalogue, const Mark& mark, WallTime now) {
  const auto present = catalogue.get(keys::mark(mark.node, mark.id));
  if (!present) return present.error();
  guard_mark(transaction, mark, *present ? &**present : nullptr, now);
  return success();
}

Status put_marks(CachedCatalogue& catalogue, const std::vector<Mark>& marks, WallTime now) {
  std::vector<Mark> distinct = marks;
  const auto key = [](const Mark& mark) { return std::pair(mark.node, mark.id); };
  std::sort(distinct.begin(), distinct.end(), [&](const Mark& a, const Mark& b) { return key(a) < key(b); });
  distinct.erase(std::unique(distinct.begin(), distinct.end(),
                             [&](const Mark& a, const Mark& b) { return key(a) == key(b); }),
                 distinct.end());
  const std::span<const Mark> all(distinct);
  for (std::size_t start = 0; start < all.size(); start += marks_per_commit) {
    const auto some = all.subspan(start, std::min(marks_per_commit, all.size() - start));
    if (auto put = put_some(catalogue, some, now); !put) return put;
  }
  return success();
}

std::vector<const MemberView*> members_owed(const ClusterView& cluster, const Owed& owed) {
  std::vector<const MemberView*> members;
  for (const auto& pair : cluster.pairs) {
    if (!owed.pair.empty() && pair.record.name != owed.pair) continue;
    for (const auto& member : pair.members) members.push_back(&member);
  }
  return members;
}

}  // namespace tandem::gateway
