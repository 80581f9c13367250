// Locks as people see them: by path, with who holds and who waits.
#pragma once

#include <string_view>
#include <vector>

#include "gateway/store/core.hpp"

namespace tandem::gateway {

// As Store::lock() and the others say.
Result<Revision> lock_path(Core& core, std::string_view path, const LockOptions& options);
Status unlock_path(Core& core, std::string_view path);
Result<std::size_t> break_lock(Core& core, std::string_view path);
Result<std::vector<LockInfo>> list_locks(Core& core, std::size_t limit);
Result<std::vector<LockInfo>> locks_on(Core& core, const ObjectId& id, std::size_t limit);

}  // namespace tandem::gateway
