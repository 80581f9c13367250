// A client's way to the catalogue of the simulation: every call takes time, may be slow, may fail before
// anything happened, and a commit's answer may be lost; what says that others have changed something (the
// revision, the history, a watch) may be missing, late or cut off. What a commit changed is shown to the
// watch on the invariants before anybody else can see it.
#pragma once

#include <functional>
#include <memory>

#include "tests/sim/runtime/process.hpp"
#include "tests/sim/world/planted_bugs.hpp"
#include "tests/sim/world/sim_watch.hpp"
#include "tests/support/memory_catalogue/memory_catalogue.hpp"

namespace tandem::sim {

struct CatalogueFaults {
  Duration delay_max = std::chrono::microseconds(300);
  double slow = 0;  // share of calls that take up to slow_max
  Duration slow_max = std::chrono::seconds(2);
  double refuse = 0;         // share of calls that are `unavailable`, with nothing done
  double lose_answer = 0;    // share of commits whose answer is lost, done or not
  double hide_revision = 0;  // share of moments at which the present revision cannot be told without asking
  double cut_history = 0;    // share of histories that do not reach back far enough
  double declare_dead = 0;   // share of searches for dead sessions that take a live one for dead
  WatchFaults watch{};
};

// Everything that was asked in one commit, and the revision it got.
using CommitObserver = std::function<void(const gateway::Transaction&, Revision)>;

struct CatalogueSeams {
  Process* process = nullptr;                       // the client
  std::shared_ptr<support::MemoryClient> engine{};  // this client's
  const CatalogueFaults* faults = nullptr;
  const PlantedBugs* bugs = nullptr;
  CommitObserver observer{};
};

std::unique_ptr<gateway::Catalogue> make_sim_catalogue(CatalogueSeams seams);

}  // namespace tandem::sim
