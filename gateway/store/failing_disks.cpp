#include "gateway/store/failing_disks.hpp"

#include <algorithm>
#include <chrono>

namespace tandem::gateway {
namespace {

constexpr WallTime lately_ns = std::chrono::nanoseconds(std::chrono::hours(24)).count();
constexpr std::uint64_t failing_from = 3;

}  // namespace

bool DiskTrouble::keeps_failing() const {
  return damaged_copies >= failing_from;
}

Result<std::map<std::string, DiskTrouble>> disks_in_trouble(EventLog& events, WallTime now) {
  const auto newest = events.newest();
  if (!newest) return newest.error();
  const auto recent = events.read(*newest - std::min(*newest, EventLog::events_kept), EventLog::events_kept);
  if (!recent) return recent.error();
  std::map<std::string, DiskTrouble> found;
  for (const LoggedEvent& event : *recent) {
    const EventRecord& record = event.record;
    if (record.kind == event_kind::node_replaced) found.erase(record.node);
    if (record.kind != event_kind::copy_damaged || record.at_ns < now - lately_ns) continue;
    ++found[record.node].damaged_copies;
  }
  return found;
}

}  // namespace tandem::gateway
