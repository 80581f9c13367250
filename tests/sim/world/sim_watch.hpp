// A watch on the catalogue whose events come late, and that is cut off now and then: what was under way is
// lost, and the watcher is told to look again (`reset`).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tests/sim/runtime/process.hpp"
#include "tests/support/memory_catalogue/memory_catalogue.hpp"

namespace tandem::sim {

struct WatchFaults {
  double late = 0;  // share of events that come up to late_max later
  Duration late_max = std::chrono::seconds(2);
  double cut = 0;  // share of events at which the watch is cut off
};

// The callback runs in a fiber of `process`, one event at a time. All references outlive the watch.
Result<std::unique_ptr<gateway::Watch>> watch_with_faults(
    Process& process, support::MemoryClient& engine, const WatchFaults& faults, Chance chance,
    std::string prefix, Revision after, std::function<void(const gateway::Event&)> callback);

}  // namespace tandem::sim
