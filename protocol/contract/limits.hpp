// The bounds both sides hold each other to (I9). A request beyond one is refused with `invalid`.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tandem::limits {

inline constexpr std::size_t name_bytes_max = 255;       // one path component
inline constexpr std::size_t path_bytes_max = 4000;      // a whole path; leaves room below PATH_MAX
inline constexpr std::size_t names_per_object_max = 64;  // hard links; must fit beside the content attribute
inline constexpr std::size_t members_per_pair_max = 5;

inline constexpr std::size_t block_bytes = 65'536;        // what one checksum covers
inline constexpr std::size_t fetch_bytes_max = 16 << 20;  // one ranged GET: 256 checksums in a header
inline constexpr std::size_t settle_items_max = 256;      // one settle call
inline constexpr std::size_t look_ids_max = 1024;
inline constexpr std::size_t inventory_entries_max = 8192;

inline constexpr std::size_t xml_body_bytes_max = 2 << 20;
inline constexpr std::size_t xml_depth_max = 200;
inline constexpr std::size_t xml_elements_max = 100'000;
inline constexpr std::size_t base64_bytes_max = 1 << 20;  // decoded, one call
inline constexpr std::size_t http_header_bytes_max = 16'384;
inline constexpr std::uint64_t file_bytes_max = std::uint64_t{1} << 46;

}  // namespace tandem::limits
