#include "gateway/store/new_object_id.hpp"

#include <cstdint>
#include <limits>

namespace tandem::gateway {

ObjectId new_object_id(Runtime& runtime) {
  constexpr std::size_t time_bytes = 6;
  constexpr WallTime ns_per_ms = 1'000'000;
  constexpr unsigned bits_per_byte = std::numeric_limits<std::uint8_t>::digits;
  auto id = random_identifier<ObjectId>(runtime);
  auto milliseconds = static_cast<std::uint64_t>(runtime.wall_now() / ns_per_ms);
  for (std::size_t byte = time_bytes; byte-- > 0; milliseconds >>= bits_per_byte) {
    id.bytes.at(byte) = static_cast<std::uint8_t>(milliseconds);
  }
  return id;
}

}  // namespace tandem::gateway
