// One word, shared by all processes, that tells without I/O how far the catalogue is.
//
// Who holds the gate sets it to "changing" before COMMIT and to the final revision afterwards. So while the
// word shows a revision, no later commit can have been seen by anybody: a process that has applied all
// changes up to it knows the present state. While it shows "changing", the database must be asked. A writer
// that dies in between leaves "changing" behind; whoever gets the gate next repairs it with the revision it
// finds in the database. Without "changing" one reader could see a new state and a later one the old.
#pragma once

#include <atomic>
#include <optional>

#include "protocol/contract/identifiers.hpp"

namespace tandem::gateway {

class RevisionWord {
 public:
  explicit RevisionWord(std::atomic<std::uint64_t>& word) : word_(word) {}

  // Holding the gate, in this order, with COMMIT between the two.
  void begin_change() { word_.store(changing); }
  void finish(Revision committed) { word_.store(committed); }
  // Holding the gate, outside a change: what the database says is final.
  void repair(Revision database) {
    if (word_.load() != database) word_.store(database);
  }

  // Anybody. Nothing: ask the database.
  std::optional<Revision> final_revision() const {
    const std::uint64_t value = word_.load(std::memory_order_acquire);
    return value == changing ? std::nullopt : std::optional<Revision>(value);
  }

 private:
  static constexpr std::uint64_t changing = 0;  // also what a new file says; no revision is 0
  std::atomic<std::uint64_t>& word_;
};

}  // namespace tandem::gateway
