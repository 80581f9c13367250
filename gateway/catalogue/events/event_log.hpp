// What happened in the cluster, for people: a bounded log in the catalogue. An event goes into the very
// transaction that makes it true, so that it is told once, whichever client saw it first, and only if it
// happened.
//
// All calls may be made at the same time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/catalogue/names/cached_catalogue.hpp"
#include "gateway/catalogue/records/records.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

struct LoggedEvent {
  std::uint64_t sequence = 0;  // counts up without a gap; never used again
  EventRecord record{};
};

class EventLog {
 public:
  static constexpr std::uint64_t events_kept = 10'000;  // older ones go as new ones come

  EventLog(CachedCatalogue& catalogue, Runtime& runtime) : catalogue_(catalogue), runtime_(runtime) {}

  // Adds to a transaction what tells the event once it has committed; the time is filled in. Another event
  // meanwhile makes the commit conflict: look again and make the transaction anew.
  Status add(Transaction& transaction, EventRecord event);

  // Those after `after`, oldest first, `limit` at most. `after` older than what is kept: from the oldest on.
  Result<std::vector<LoggedEvent>> read(std::uint64_t after, std::size_t limit);
  // The sequence number of the newest; 0: nothing has happened.
  Result<std::uint64_t> newest();

 private:
  CachedCatalogue& catalogue_;
  Runtime& runtime_;
};

}  // namespace tandem::gateway
