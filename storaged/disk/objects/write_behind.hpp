// Keeps a long content on its way to the disk while it is being received, so that the sync at its end has
// little left to wait for. docs/design/long_writes.md has the measurements.
//
// What a client writes stays in memory, where the next reader finds it. What heals a member goes through:
// once it is on the disk the memory is given back, so that what others read is not pushed out by what nobody
// asked for.
#pragma once

#include <cstdint>

#include "protocol/contract/result.hpp"
#include "storaged/disk/filesystem.hpp"

namespace tandem::storaged {

class WriteBehind {
 public:
  enum class Memory : std::uint8_t { kept, given_back };

  static constexpr std::uint64_t piece_bytes = std::uint64_t{4} << 20;
  static constexpr std::uint64_t pieces_under_way = 3;  // of a content that goes through

  WriteBehind(Memory memory, std::uint64_t begin) : memory_(memory), started_(begin), arrived_(begin) {}

  // Everything before `position` is written. With given_back it may wait for the disk. A failure means what a
  // failed sync does: the content may be lost.
  Status wrote(File& file, std::uint64_t position);
  // The file is synced.
  Status synced(File& file);

 private:
  Status let_arrive(File& file, std::uint64_t end);

  const Memory memory_;
  std::uint64_t started_;  // before it: on its way
  std::uint64_t arrived_;  // before it: on the disk, and given back
};

}  // namespace tandem::storaged
