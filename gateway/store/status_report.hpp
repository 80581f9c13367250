// Puts together what `status` and `why` say: the catalogue's view beside what the nodes answer now.
#pragma once

#include "gateway/store/core.hpp"

namespace tandem::gateway {

Result<ClusterStatus> report_status(Core& core);
Result<PathReport> report_path(Core& core, std::string_view path);

}  // namespace tandem::gateway
