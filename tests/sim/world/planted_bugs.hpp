// Bugs that a test can plant to see that the checks notice them. Each leaves out one thing that the design
// rests on; none of them is in the product.
#pragma once

namespace tandem::sim {

struct PlantedBugs {
  // The catalogue:
  bool marks_forgotten = false;         // commits leave out the marks they put
  bool record_guards_ignored = false;   // "the record is still at that revision"
  bool name_guards_ignored = false;     // "the name is free", "the name is still that"
  bool emptiness_ignored = false;       // "nothing is in the directory"
  bool directory_move_ignored = false;  // the one key that orders moves of directories
  bool presence_ignored = false;        // "the directory is still there"
  bool sessions_ignored = false;        // "this client's session still stands", and its slots
  // The nodes:
  bool answered_before_durable = false;  // nothing is synced
  bool settles_forgotten = false;        // answered ok, not done
};

}  // namespace tandem::sim
