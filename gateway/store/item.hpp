// Records of the catalogue as the store's callers see them.
#pragma once

#include <string>

#include "gateway/catalogue/records/records.hpp"
#include "gateway/store/store.hpp"

namespace tandem::gateway {

Item to_item(std::string name, const ObjectId& id, Revision revision, const ObjectRecord& record);

}  // namespace tandem::gateway
