#include "gateway/heal/backlog_bound.hpp"

#include <algorithm>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/nodes/verdicts.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t counted_at_once = 10'000;
constexpr std::size_t forgotten_at_once = 80;  // each needs a condition of its own, and there is one more
constexpr int share = 100;                     // of the time
constexpr Duration look_max = std::chrono::milliseconds(250);

bool is_to_be_compared(const MemberView& member) {
  return member.state.filling && !member.state.filled_up_to;
}

}  // namespace

BacklogBound::BacklogBound(CachedCatalogue& catalogue, Membership& membership, EventLog& events,
                           Runtime& runtime, std::uint64_t names_max)
    : catalogue_(catalogue),
      membership_(membership),
      events_(events),
      runtime_(runtime),
      names_max_(names_max) {}

Status BacklogBound::look() {
  if (looking_.exchange(true)) return success();
  const Instant begin = runtime_.now();
  Status status = success();
  if (begin >= next_look_) {
    look_until_ = begin + look_max;
    status = look_after_all();
    const Instant end = runtime_.now();
    next_look_ = end + share * (end - begin);
  }
  looking_ = false;
  return status;
}

Status BacklogBound::look_after_all() {
  const auto cluster = membership_.view();
  if (!cluster) return cluster.error();
  bool skipping = !place_.node.is_null();
  for (const auto& pair : (*cluster)->pairs) {
    for (const auto& member : pair.members) {
      if (skipping && member.record.node != place_.node) continue;
      skipping = false;
      if (place_.node != member.record.node) place_ = {.node = member.record.node};
      if (!member.out()) continue;
      if (Status status = look_after(member); !status || time_is_up()) return status;
    }
  }
  place_ = {};
  return success();
}

Status BacklogBound::look_after(const MemberView& member) {
  if (is_to_be_compared(member)) return forget_what_comparing_finds(member);
  const auto passed = is_passed(member.record.node);
  if (!passed) return passed.error();
  return *passed ? compare_everything(member) : success();
}

// Past the cache: it would learn marks in place of what is in use.
Result<bool> BacklogBound::is_passed(const NodeId& node) {
  while (!time_is_up()) {
    const auto page = catalogue_.engine().scan(keys::marks_of(node), place_.after, counted_at_once);
    if (!page) return page.error();
    if (page->entries.empty()) return false;
    place_.after = page->entries.back().key;
    place_.counted += page->entries.size();
    if (place_.counted > names_max_) return true;
    if (!page->more) return false;
  }
  return false;
}

Status BacklogBound::compare_everything(const MemberView& member) {
  NodeRecord next = member.state;
  next.filling = true;
  next.filled_up_to = std::nullopt;
  const std::string missed =
      "missed more than " + std::to_string(names_max_) + " names: everything will be compared";
  next.reason += "; " + missed;
  Transaction transaction{{state_unchanged(member)},
                          {Change::put(keys::node(member.record.node), encode(next))}};
  EventRecord event{
      .kind = std::string(event_kind::node_filling), .node = member.record.address, .message = missed};
  if (Status told = events_.add(transaction, std::move(event)); !told) return told;
  const auto commit = catalogue_.commit(transaction);
  place_ = {.node = member.record.node};               // its marks are looked at in another way from now on
  return commit ? success() : Status(commit.error());  // a conflict: its state is another's now
}

Status BacklogBound::forget_what_comparing_finds(const MemberView& member) {
  while (!time_is_up()) {
    const auto marks =
        catalogue_.engine().scan(keys::marks_of(member.record.node), place_.after, forgotten_at_once);
    if (!marks) return marks.error();
    if (marks->entries.empty()) return success();
    const auto done = forget(member, *marks);
    if (!done) return done.error();
    if (!*done) return success();
    place_.after = marks->entries.back().key;
    if (!marks->more) return success();
  }
  return success();
}

// Only what has changed behind the record that says that all will be compared: comparing finds whether the
// node holds that, whatever else a mark may stand for. What is gone has to be told to it all the same: a
// settle that is still on its way would bring bytes back that it has staged, and no comparing looks at those.
// The commit fails once the node is admitted. False: another changed something meanwhile.
Result<bool> BacklogBound::forget(const MemberView& member, const Page& marks) {
  std::vector<const Entry*> later;
  std::vector<std::string> records;
  for (const Entry& mark : marks.entries) {
    const auto key = keys::parse_mark(mark.key);
    if (!key) return Error{Code::corrupt, "a mark of the catalogue cannot be read"};
    if (mark.revision <= member.state_revision) continue;
    later.push_back(&mark);
    records.push_back(keys::record(key->id));
  }
  const auto found = catalogue_.engine().get_many(records);
  if (!found) return found.error();
  Transaction transaction{{state_unchanged(member)}, {}};
  for (std::size_t index = 0; index < later.size(); ++index) {
    const auto& record = found->entries[index];
    if (!record || record->revision <= member.state_revision) continue;
    transaction.conditions.push_back(Condition::at(later[index]->key, later[index]->revision));
    transaction.changes.push_back(Change::erase(later[index]->key));
  }
  if (transaction.changes.empty()) return true;
  const auto commit = catalogue_.commit(transaction);
  if (!commit) return commit.error();
  return commit->committed;
}

}  // namespace tandem::gateway
