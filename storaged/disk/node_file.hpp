// node.toml in a data folder: who this node is (I6), which cluster it belongs to, and how its lives began and
// ended. docs/DISK_FORMAT.md describes it for people. Written whole or not at all, durable before the answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/result.hpp"
#include "storaged/disk/filesystem.hpp"

namespace tandem::storaged {

inline constexpr std::string_view node_file_name = "node.toml";
inline constexpr std::string_view new_node_file_name = "node.toml.new";
inline constexpr std::int64_t node_file_format = 1;

struct NodeFile {
  NodeId uuid{};
  ClusterId cluster{};  // null: belongs to none
  Epoch epoch = 0;
  Run run = 0;         // the latest life
  bool clean = false;  // it ended in order
  bool operator==(const NodeFile&) const = default;
};

std::string encode_node_file(const NodeFile& file);

// `unsupported`: of a newer format. `invalid`: not such a file; the cause names the line.
Result<NodeFile> decode_node_file(std::string_view text);

// Nothing: there is none.
Result<std::optional<NodeFile>> read_node_file(Filesystem& filesystem);

// One caller at a time. On an error the old file or the new one stands.
Status write_node_file(Filesystem& filesystem, const NodeFile& file);

}  // namespace tandem::storaged
