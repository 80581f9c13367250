// The names of a directory with what they lead to.
#pragma once

#include "gateway/store/core.hpp"

namespace tandem::gateway {

// One page: names greater than `after`, at most min(limit, 10,000). A name that changes while the page is
// read appears as it was or as it is. not_found, not_directory.
Result<ItemPage> list_directory(Core& core, std::string_view path, std::string_view after, std::size_t limit);

}  // namespace tandem::gateway
