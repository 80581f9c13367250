// How content is checked from end to end: a 64-bit checksum (XXH3) per 64 KiB block, and a 128-bit digest
// (XXH3) over the list of them, little-endian. The digest stands in the record; the list travels with the
// bytes. Not a defence against somebody who forges data, only against damage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/limits.hpp"

namespace tandem {

using BlockChecksum = std::uint64_t;

BlockChecksum checksum_of_block(std::span<const std::byte> block);
Digest digest_of(std::span<const BlockChecksum> checksums);

// Number of blocks a content of `size_bytes` has; an empty content has none.
constexpr std::uint64_t block_count(std::uint64_t size_bytes) {
  return (size_bytes + limits::block_bytes - 1) / limits::block_bytes;
}

// Takes a content in pieces of any length, as it streams through, and keeps the list.
class ChecksumStream {
 public:
  ChecksumStream();
  ~ChecksumStream();
  ChecksumStream(ChecksumStream&&) noexcept;
  ChecksumStream& operator=(ChecksumStream&&) noexcept;

  // Goes on behind a prefix whose whole blocks are known and need not be read again.
  void start_behind(std::vector<BlockChecksum> whole_blocks);

  void update(std::span<const std::byte> bytes);
  std::vector<BlockChecksum> finish() &&;
  std::uint64_t size_bytes() const;  // seen so far, the prefix included

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tandem
