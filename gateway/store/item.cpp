#include "gateway/store/item.hpp"

#include <algorithm>

namespace tandem::gateway {

Item to_item(std::string name, const ObjectId& id, Revision revision, const ObjectRecord& record) {
  return {.name = std::move(name),
          .id = id,
          .kind = record.kind,
          .version = revision,
          .size_bytes = record.size_bytes,
          .attributes = record.attributes,
          .pair = record.pair,
          .digest = record.digest,
          .stamp = record.stamp,
          .links = static_cast<std::uint32_t>(std::max<std::size_t>(record.names.size(), 1)),
          .target = record.target};
}

}  // namespace tandem::gateway
