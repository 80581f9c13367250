// Bugs that a test can plant to see that the checks notice them. Each leaves out one thing that the design
// rests on; none of them is in the product.
#pragma once

#include "storaged/disk/objects/settle_rules.hpp"

namespace tandem::sim {

struct PlantedBugs {
  // The catalogue:
  bool marks_forgotten = false;        // commits leave out the marks they put
  bool heal_leases_forgotten = false;  // several clients heal one member at once
  bool mark_guards_ignored = false;  // "the record, the mark and the pair are as they were" when a mark goes
  bool record_guards_ignored = false;   // "the record is still at that revision"
  bool name_guards_ignored = false;     // "the name is free", "the name is still that"
  bool emptiness_ignored = false;       // "nothing is in the directory"
  bool directory_move_ignored = false;  // the one key that orders moves of directories
  bool presence_ignored = false;        // "the directory is still there"
  bool sessions_ignored = false;        // "this client's session still stands", and its slots
  bool clocks_decide = false;           // of two commits that cross the one with the later clock wins
  bool unknown_called_refused = false;  // a lost answer is told as "nothing was done"
  bool history_incomplete = false;      // some keys that others changed are not told
  bool filling_skipped = false;         // a node's earlier life is taken to have ended in order
  // The nodes:
  bool answered_before_durable = false;  // nothing is synced
  bool settles_forgotten = false;        // answered ok, not done
  bool identity_ignored = false;         // whoever a call is meant for, it is executed
  storaged::SettleRules settle_rules{};
  // The network:
  bool waits_forever = false;  // no call has a deadline
  // What the clients see:
  bool old_bytes_handed_out = false;  // a read answers now and then what an earlier read did
};

}  // namespace tandem::sim
