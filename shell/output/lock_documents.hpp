// Locks inside other documents. Included by the .cpp files of this folder only.
#pragma once

#include <vector>

#include "gateway/store/lock_info.hpp"
#include "shell/output/json_fields.hpp"

namespace tandem::shell {

Json lock_elements(const std::vector<gateway::LockInfo>& locks);

}  // namespace tandem::shell
