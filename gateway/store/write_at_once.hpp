// Contents that are at hand as a whole.
#pragma once

#include <string_view>

#include "gateway/store/core.hpp"

namespace tandem::gateway {

// Writes them, again from the start when another client got in between or a member was restarted. `stale`:
// this client was silent for longer than its lease, and another one has changed the file meanwhile.
Result<Item> write_at_once(Core& core, std::string_view path, std::string_view bytes,
                           const WriteOptions& options);

}  // namespace tandem::gateway
