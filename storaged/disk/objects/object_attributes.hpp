// What a node writes down about an object, in attributes of its file: what the bytes are, once, before they
// are staged for anybody; and where they are shown and at which revision, last of all when they are settled.
// Both end in a checksum of themselves: an attribute that does not check counts as none.
//
// What two members write about a content differs in the node. Were it equal, ext4 would keep its block once
// for members that lie on one file system: it frees, and discards, the block it has just written for the
// second, and takes both apart again at the next change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/contract/checksums.hpp"
#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/node_service.hpp"

namespace tandem::storaged {

inline constexpr std::uint64_t attribute_format = 1;

// Up to this many block checksums (1 MiB of content) stand in the attribute; a longer list under checksums/.
inline constexpr std::size_t inline_checksums_max = 16;

// Encoded names up to this size stand in the attribute; ext4 has about 4 KB an inode for all of them.
inline constexpr std::size_t inline_names_bytes_max = 2800;

inline bool checksums_beside(std::uint64_t size_bytes) {
  return block_count(size_bytes) > inline_checksums_max;
}

struct ContentAttribute {
  ClusterId cluster{};
  ObjectId id{};
  Stamp stamp{};
  std::uint64_t size_bytes = 0;
  Digest digest{};
  SessionId session = 0;
  NodeId node{};                           // that wrote it
  std::vector<BlockChecksum> checksums{};  // empty when the list stands under checksums/
  bool operator==(const ContentAttribute&) const = default;

  bool checksums_beside() const { return storaged::checksums_beside(size_bytes); }
};

struct NamesAttribute {
  bool settled = false;   // false: a settle is under way, or was when the node stopped
  Revision revision = 0;  // settled at; while unsettled, the greatest a settle has begun with
  Attributes attributes{};
  std::vector<Name> names{};       // while unsettled: every name that may be linked
  std::uint64_t spilled_hash = 0;  // not 0: the names stand in a file of this hash instead
  bool operator==(const NamesAttribute&) const = default;
};

struct DirectoryAttribute {
  ObjectId id{};
  Revision revision = 0;
  bool operator==(const DirectoryAttribute&) const = default;
};

std::string encode(const ContentAttribute& attribute);
std::string encode(const NamesAttribute& attribute);
std::string encode(const DirectoryAttribute& attribute);
std::string encode_names(const std::vector<Name>& names);

// Nothing: damaged, or of a format this version does not know.
std::optional<ContentAttribute> decode_content(std::string_view encoded);
std::optional<NamesAttribute> decode_names_attribute(std::string_view encoded);
std::optional<DirectoryAttribute> decode_directory(std::string_view encoded);
std::optional<std::vector<Name>> decode_names(std::string_view encoded);

// XXH3 of any text; what the attributes and spilled names are checked with.
std::uint64_t checksum_of_text(std::string_view text);

// Block checksums as they stand in attributes and files: 8 bytes each, little-endian.
std::string encode_checksums(const std::vector<BlockChecksum>& checksums);
std::vector<BlockChecksum> decode_checksums(std::string_view encoded);

}  // namespace tandem::storaged
