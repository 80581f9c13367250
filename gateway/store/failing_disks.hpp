// Which members' disks keep failing, by the damaged copies that were found on them lately: a single one is
// mended and forgotten, several in a day mean that more will come.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "gateway/catalogue/events/event_log.hpp"

namespace tandem::gateway {

struct DiskTrouble {
  std::uint64_t damaged_copies = 0;  // found in the last 24 hours, each time one was
  bool keeps_failing() const;
};

// By HOST:PORT; who is not in it had none. What was found before a folder was replaced does not count, and
// neither does what lies behind the newest 10,000 events.
Result<std::map<std::string, DiskTrouble>> disks_in_trouble(EventLog& events, WallTime now);

}  // namespace tandem::gateway
