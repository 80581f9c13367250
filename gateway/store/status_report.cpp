#include "gateway/store/status_report.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/placement/member_turns.hpp"
#include "gateway/store/failing_disks.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t page_entries = 5000;
constexpr int slow_share = 4;  // a member is slow that takes this part of the time after which it is silent

struct Totals {
  std::uint64_t directories = 0;
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> files_and_bytes{};  // by pair
};

Result<Totals> count_records(Core& core) {
  Totals totals;
  std::string after;
  for (bool more = true; more;) {
    const auto page = core.engine->scan(keys::records_prefix, after, page_entries);
    if (!page) return page.error();
    more = page->more;
    for (const auto& entry : page->entries) {
      after = entry.key;
      const auto record = decode<ObjectRecord>(entry.value);
      if (!record) return record.error();
      if (record->kind == Kind::directory && entry.key != keys::record(root_directory)) ++totals.directories;
      if (record->kind != Kind::file) continue;
      auto& [files, bytes] = totals.files_and_bytes[record->pair];
      ++files;
      bytes += record->size_bytes;
    }
  }
  return totals;
}

struct Backlogs {
  std::map<NodeId, Backlog> by_node{};
  // Which members of the pair may not hold the present bytes of an id, by their places in it.
  std::map<std::string, std::map<ObjectId, MemberSet>> misses_by_pair{};

  const std::map<ObjectId, MemberSet>& misses_in(const std::string& pair) const {
    static const std::map<ObjectId, MemberSet> none;
    const auto found = misses_by_pair.find(pair);
    return found == misses_by_pair.end() ? none : found->second;
  }
};

Result<Backlogs> count_marks(Core& core, const ClusterView& cluster) {
  Backlogs backlogs;
  std::string after;
  for (bool more = true; more;) {
    const auto page = core.engine->scan(keys::marks_prefix, after, page_entries);
    if (!page) return page.error();
    more = page->more;
    for (const auto& entry : page->entries) {
      after = entry.key;
      const auto key = keys::parse_mark(entry.key);
      const auto mark = decode<MarkRecord>(entry.value);
      if (!key || !mark) continue;
      Backlog& backlog = backlogs.by_node[key->node];
      if (!backlog.oldest_ns || mark->since_ns < *backlog.oldest_ns) backlog.oldest_ns = mark->since_ns;
      if (!mark->content) {
        ++backlog.names;
        continue;
      }
      ++backlog.files;
      const auto record = core.engine->get(keys::record(key->id));
      if (!record) return record.error();
      const auto object = *record ? decode<ObjectRecord>((*record)->value) : Error{Code::not_found, {}};
      if (!object) continue;  // removed: nobody misses its bytes
      backlog.bytes += object->size_bytes;
      if (const PairView* pair = cluster.pair_of(key->node)) {
        const auto place = static_cast<std::size_t>(pair->member(key->node) - pair->members.data());
        backlogs.misses_by_pair[pair->record.name][key->id].set(place);
      }
    }
  }
  return backlogs;
}

std::string state_name(const MemberView& member) {
  switch (member.state.state) {
    case NodeState::live:
      return "live";
    case NodeState::healing:
      return "healing";
    case NodeState::out:
      break;
  }
  return member.state.reason.find("another data folder") == 0 ? "foreign" : "out";
}

MemberStatus member_status(const MemberView& member, const Backlogs& backlogs) {
  MemberStatus status;
  status.node = member.record.address;
  status.uuid = member.record.node;
  status.state = state_name(member);
  status.since_ns = member.state.since_ns;
  status.reason = member.state.reason;
  const auto backlog = backlogs.by_node.find(member.record.node);
  if (backlog != backlogs.by_node.end()) status.backlog = backlog->second;
  return status;
}

void take_answer(const MemberView& member, Result<NodeStatus> answer, MemberStatus& status) {
  if (!answer) {
    if (status.state == "live" || status.state == "healing") {
      status.state = "unknown";
      status.reason = answer.error().cause;
    } else if (status.state == "out" && status.reason != answer.error().cause) {
      status.reason += "; now: " + answer.error().cause;
    }
    return;
  }
  status.reached = true;
  if (status.state == "out") status.reason += "; now it answers";
  status.node_status = *answer;
  status.version = answer->identity.version;
  status.pid = answer->identity.pid;
  if (answer->identity.node != member.record.node) {
    status.state = "foreign";
    status.reason = "another data folder answers at this address";
  } else if (answer->identity.run != member.record.run && status.state == "live") {
    status.state = "healing";
    status.reason = "restarted; not compared yet";
  }
}

// `asked` is when all members were. Behind a member that is late every other one looks late, too: whoever
// does is asked once more, alone.
void take_time(Core& core, const MemberView& member, Instant asked, MemberStatus& status) {
  const Duration slow_after = core.config.timeouts.request / slow_share;
  Duration took = core.runtime.now() - asked;
  if (took >= slow_after) {
    const Instant asked_alone = core.runtime.now();
    (void)member.node()
        .identify()
        ->collect()
        .ok();  // it has answered once: how long it takes is the question
    took = core.runtime.now() - asked_alone;
  }
  status.answer_seconds = std::chrono::duration<double>(took).count();
  status.slow = took >= slow_after;
}

// By what whoever heals it has done so far; nothing while that is too little to tell.
std::optional<double> seconds_left(const Backlog& backlog, const HealRecord& heal) {
  if (heal.spent_ns <= 0) return std::nullopt;
  const double spent = static_cast<double>(heal.spent_ns) / 1e9;
  const auto left = [&](std::uint64_t missing, std::uint64_t done) {
    return missing == 0 ? 0.0 : static_cast<double>(missing) * spent / static_cast<double>(done);
  };
  if (backlog.bytes > 0 ? heal.bytes == 0 : heal.healed == 0) return std::nullopt;
  const double by_bytes = left(backlog.bytes, heal.bytes);
  return heal.healed == 0 ? by_bytes : std::max(by_bytes, left(backlog.files + backlog.names, heal.healed));
}

void worsen(Verdict& verdict, Verdict at_least) {
  verdict = std::max(verdict, at_least);
}

std::string count_of(std::uint64_t number, const std::string& what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

// How many copies that can be trusted the worst-off content of the pair has. A folder that is not in its
// place has none, as far as anybody can tell.
std::size_t fewest_good_copies(const PairView& view, const PairStatus& pair, const Backlogs& backlogs) {
  MemberSet trusted;
  for (std::size_t place = 0; place < view.members.size(); ++place)
    trusted[place] = !view.members[place].state.filling && pair.members[place].state != "foreign";
  std::size_t fewest = trusted.count();
  for (const auto& [id, missing] : backlogs.misses_in(view.record.name))
    fewest = std::min(fewest, (trusted & ~missing).count());
  return fewest;
}

// What cannot be done with the members that can be reached.
void judge_reach(const Config& config, const Backlogs& backlogs, PairStatus& pair,
                 std::vector<std::string>& reasons) {
  MemberSet reached;
  for (std::size_t place = 0; place < pair.members.size(); ++place)
    reached[place] = pair.members[place].reached && pair.members[place].state != "foreign";
  if (reached.none()) {
    worsen(pair.verdict, Verdict::down);
    reasons.push_back("no member of " + pair.name + " can be reached");
    return;
  }
  const auto is_too_few_for = [&](const std::string& what, std::size_t needed) {
    if (reached.count() >= needed) return false;
    reasons.push_back(count_of(reached.count(), "member") + " of " + pair.name + " can be reached, a " +
                      what + " needs " + std::to_string(needed));
    return true;
  };
  if (is_too_few_for("read", config.cluster.read_quorum)) worsen(pair.verdict, Verdict::down);
  if (is_too_few_for("write", config.cluster.write_quorum)) worsen(pair.verdict, Verdict::degraded);
  const auto& misses = backlogs.misses_in(pair.name);
  const auto unreadable = std::count_if(misses.begin(), misses.end(),
                                        [&](const auto& miss) { return (reached & ~miss.second).none(); });
  if (unreadable == 0) return;
  worsen(pair.verdict, Verdict::down);
  reasons.push_back(count_of(static_cast<std::uint64_t>(unreadable), "file") + " of " + pair.name +
                    " cannot be read: the members that hold the present bytes cannot be reached");
}

void judge_pair(const PairView& view, const Backlogs& backlogs, PairStatus& pair,
                std::vector<std::string>& reasons) {
  for (const auto& member : pair.members) {
    const std::string who = member.node + " of " + pair.name;
    if (member.state != "live") {
      worsen(pair.verdict, Verdict::degraded);
      reasons.push_back(who + " is " + member.state + (member.reason.empty() ? "" : ": " + member.reason));
    }
    if (member.disk_failing) {
      reasons.push_back(who + " has a disk that keeps failing: " + std::to_string(member.damaged_copies) +
                        " damaged copies were found on it in the last 24 hours");
    }
    if (member.backlog.files + member.backlog.names > 0) {
      worsen(pair.verdict, Verdict::degraded);
      reasons.push_back(who + " misses " + count_of(member.backlog.files, "file") + " and " +
                        count_of(member.backlog.names, "name"));
    }
  }
  if (pair.files > 0 && fewest_good_copies(view, pair, backlogs) < 2) worsen(pair.verdict, Verdict::at_risk);
}

}  // namespace

Result<ClusterStatus> report_status(Core& core) {
  const auto cluster = core.membership.view();
  if (!cluster) return cluster.error();
  std::vector<std::unique_ptr<Pending<NodeStatus>>> calls;
  const Instant asked = core.runtime.now();
  for (const auto& pair : (*cluster)->pairs) {
    for (const auto& member : pair.members) calls.push_back(member.node().status());
  }
  const auto totals = count_records(core);
  if (!totals) return totals.error();
  const auto backlogs = count_marks(core, **cluster);
  if (!backlogs) return backlogs.error();
  const auto disks = disks_in_trouble(core.events, core.runtime.wall_now());
  if (!disks) return disks.error();

  ClusterStatus status{.name = (*cluster)->cluster.name, .id = (*cluster)->cluster.id};
  const CatalogueHealth health = core.engine->health();
  status.catalogue = {health.engine, health.writable ? "ok" : "down", health.detail, health.used_bytes,
                      health.limit_bytes};
  if (!health.writable) {
    status.verdict = Verdict::down;
    status.reasons.push_back("the catalogue does not commit: " + health.detail);
  }
  status.directories = totals->directories;
  auto call = calls.begin();
  for (const auto& view : (*cluster)->pairs) {
    PairStatus pair{.name = view.record.name, .state = view.record.state};
    bool first = true;
    for (const auto& member : view.members) {
      MemberStatus each = member_status(member, *backlogs);
      const auto heal = core.heal_lease.holder(member.record.node);
      if (heal && *heal) each.backlog.eta_seconds = seconds_left(each.backlog, **heal);
      if (const auto disk = disks->find(member.record.address); disk != disks->end()) {
        each.damaged_copies = disk->second.damaged_copies;
        each.disk_failing = disk->second.keeps_failing();
      }
      take_answer(member, (*call++)->collect(), each);
      if (each.reached) {
        take_time(core, member, asked, each);
        const std::uint64_t free = each.node_status.free_bytes;
        pair.free_bytes = first ? free : std::min(pair.free_bytes, free);
        first = false;
      }
      pair.members.push_back(std::move(each));
    }
    if (const auto counted = totals->files_and_bytes.find(pair.name);
        counted != totals->files_and_bytes.end()) {
      std::tie(pair.files, pair.data_bytes) = counted->second;
    }
    judge_pair(view, *backlogs, pair, status.reasons);
    judge_reach(core.config, *backlogs, pair, status.reasons);
    worsen(status.verdict, pair.verdict);
    status.files += pair.files;
    status.data_bytes += pair.data_bytes;
    status.free_bytes += pair.free_bytes;
    status.pairs.push_back(std::move(pair));
  }
  return status;
}

}  // namespace tandem::gateway
