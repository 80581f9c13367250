// The names of a directory with what they lead to.
#pragma once

#include "gateway/store/core.hpp"

namespace tandem::gateway {

// One page: names greater than `after`, at most min(limit, 10,000). The names are those of one moment,
// and so is what they lead to unless the directory is very busy. not_found, not_directory; `unavailable` when
// it changes all the time.
Result<ItemPage> list_directory(Core& core, std::string_view path, std::string_view after, std::size_t limit);

}  // namespace tandem::gateway
