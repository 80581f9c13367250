#include <algorithm>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/store/locking.hpp"
#include "gateway/store/status_report.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t locks_shown_max = 1'000;

std::string state_name(const MemberView& member) {
  switch (member.state.state) {
    case NodeState::live:
      return "live";
    case NodeState::healing:
      return "healing";
    case NodeState::out:
      break;
  }
  return "out";
}

void judge_copy(CopyReport& copy, const MemberView& member, const Resolved& file,
                Result<std::vector<ObjectState>> states) {
  if (!states || states->empty()) {
    copy.verdict = !states && states.code() == Code::stale ? "foreign" : "unreachable";
    copy.detail = states ? "the node left it out" : states.error().cause;
    return;
  }
  const ObjectState& state = states->front();
  copy.version = state.revision;
  copy.stamp = state.stamp;
  const Stamp& wanted = file.record.stamp;
  const bool staged = std::find(state.staged.begin(), state.staged.end(), wanted) != state.staged.end();
  if (state.settled && (state.damaged || state.stamp == wanted)) {
    const auto verified = member.node().verify(member.guard, file.id, wanted)->collect();
    const bool good = verified && *verified == Answer::ok;
    copy.verdict = good ? "good" : verified ? "corrupt" : "unreachable";
    if (good && state.revision < file.revision) copy.detail = "its names are not settled yet";
  } else if (staged) {
    copy.verdict = "good";
    copy.detail = "staged, not settled yet";
  } else {
    copy.verdict = state.settled ? "behind" : "missing";
  }
}

CopyReport report_copy(Core& core, const MemberView& member, const Resolved& file,
                       Result<std::vector<ObjectState>> states) {
  CopyReport copy{.node = member.record.address, .node_state = state_name(member)};
  judge_copy(copy, member, file, std::move(states));
  const auto mark = core.catalogue.get(keys::mark(member.record.node, file.id));
  copy.marked = mark.ok() && mark->has_value();
  if (copy.marked) copy.detail += copy.detail.empty() ? "marked for healing" : "; marked for healing";
  return copy;
}

void judge_heal(PathReport& report) {
  std::size_t good = 0;
  for (const auto& copy : report.copies) {
    if (copy.verdict != "good") continue;
    ++good;
    if (report.heal_source.empty()) report.heal_source = copy.node;
  }
  report.verdict = good == 0 ? "unreadable" : good < report.copies.size() ? "degraded" : "ok";
  std::string away;
  for (const auto& copy : report.copies) {
    const bool reached = copy.verdict != "unreachable" && copy.verdict != "foreign";
    // Of a copy that nobody can look at, only a mark tells that it lacks something.
    const bool wanting = copy.marked || (reached && copy.verdict != "good");
    report.heal_needed = report.heal_needed || wanting;
    if (!reached && away.empty()) away = copy.node;
    if (!reached && wanting) report.heal_blocked_by = copy.node;
  }
  if (!report.heal_needed) report.heal_source.clear();
  if (report.heal_needed && report.heal_source.empty()) report.heal_blocked_by = away;
}

}  // namespace

Result<PathReport> report_path(Core& core, std::string_view path) {
  const auto resolved = core.names.resolve(path);
  if (!resolved) return resolved.error();
  const ObjectRecord& record = resolved->record;
  PathReport report{.path = std::string(path),
                    .kind = record.kind,
                    .id = resolved->id,
                    .version = resolved->revision,
                    .size_bytes = record.size_bytes,
                    .digest = record.digest,
                    .pair = record.pair,
                    .verdict = "ok"};
  auto locks = locks_on(core, resolved->id, locks_shown_max);
  if (!locks) return std::move(locks).error();
  report.locks = std::move(*locks);
  if (record.kind != Kind::file) return report;
  const auto pair = core.pair(record.pair);
  if (!pair) return pair.error();
  std::vector<std::unique_ptr<Pending<std::vector<ObjectState>>>> calls;
  for (const auto& member : pair->members) {
    calls.push_back(member.node().look(member.guard, std::span(&resolved->id, 1), 0));
  }
  for (std::size_t index = 0; index < calls.size(); ++index) {
    report.copies.push_back(report_copy(core, pair->members[index], *resolved, calls[index]->collect()));
  }
  judge_heal(report);
  return report;
}

}  // namespace tandem::gateway
