// Brings members up to the catalogue, mark by mark (I5, D7). For each mark: claim the id on the node, then
// read the record, then bring the node up to it: from bytes it has, else from a member whose copy checks;
// at last erase the mark, guarded on mark, record and pair. Any number of healers may work at once; what
// another one did meanwhile is found out by the guards.
//
// All calls may be made at the same time.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gateway/catalogue/names/names.hpp"
#include "gateway/heal/foreground_share.hpp"
#include "gateway/heal/heal_tally.hpp"
#include "gateway/heal/mark_feed.hpp"
#include "gateway/heal/pace.hpp"
#include "gateway/pair/marks.hpp"
#include "gateway/pair/verified_read.hpp"

namespace tandem::gateway {

class Healer {
 public:
  struct Settings {
    std::uint32_t parallel = 4;
    bool durable = true;
    std::uint64_t bytes_per_second = 0;  // 0: as fast as it goes
    double foreground_share = 0;         // of the time left to others while they use the members
  };
  Healer(CachedCatalogue& catalogue, Names& names, Membership& membership, ReadServices& services,
         Verdicts& verdicts, EventLog& events, Runtime& runtime, Settings settings);

  // Goes once over all marks of one member, first those somebody wants to read. `progress` is told as it goes
  // on, by any of the threads, one at a time, and may return false to stop.
  Result<HealPass> pass(const NodeId& node, const std::function<bool(const HealPass&)>& progress);

  // Makes a healing member live when it has no marks and is not filling. False: not yet.
  Result<bool> finish(const NodeId& node);

 private:
  struct Candidate;
  struct Context;  // one batch
  Status heal_all(const NodeId& node, MarkFeed& feed, HealTally& tally);
  HealPass heal_batch(const NodeId& node, const std::vector<Entry>& marks, HealTally& tally);
  Status look(Context& context);
  void yield(Context& context);
  void bring_up(Context& context, Candidate& candidate);
  static bool holds_bytes(const Context& context, const Candidate& candidate);
  void copy_for(Context& context, Candidate& candidate);
  bool copy_what_was_refused(Context& context);
  Status copy(Context& context, const Candidate& candidate);
  void settle(Context& context);
  void mark_again(std::span<Candidate*> some, const NodeId& node);
  void erase_marks(Context& context);
  bool erase_some(Context& context, std::span<Candidate*> some);

  CachedCatalogue& catalogue_;
  Names& names_;
  Membership& membership_;
  ReadServices& services_;
  Verdicts& verdicts_;
  EventLog& events_;
  Runtime& runtime_;
  const Settings settings_;
  Pace pace_;
  ForegroundShare foreground_;
};

}  // namespace tandem::gateway
