// Keeps a long content on its way to the disk while it is being received, so that the sync at its end has
// little left to wait for. docs/design/long_writes.md has the measurements.
//
// What a client writes stays in memory, where the next reader finds it. What heals a member goes through: as
// it reaches the disk the memory is given back, so that what others read is not pushed out by what nobody
// asked for. Nobody waits for that: who sends the content would take the silence for a failure.
#pragma once

#include <cstdint>

#include "protocol/contract/result.hpp"
#include "storaged/disk/filesystem.hpp"

namespace tandem::storaged {

class WriteBehind {
 public:
  enum class Memory : std::uint8_t { kept, given_back };

  static constexpr std::uint64_t piece_bytes = std::uint64_t{4} << 20;
  static constexpr std::uint64_t pieces_on_their_way = 2;  // too young to have arrived
  static constexpr std::uint64_t pieces_tried_again = 8;   // of those before: a busy disk takes its time

  WriteBehind(Memory memory, std::uint64_t begin) : memory_(memory), begin_(begin), started_(begin) {}

  // Everything before `position` is written. A failure means what a failed sync does: the content may be
  // lost.
  Status wrote(File& file, std::uint64_t position);
  // The file is synced.
  void synced(File& file);

 private:
  void give_back(File& file);

  const Memory memory_;
  const std::uint64_t begin_;
  std::uint64_t started_;  // before it: on its way
};

}  // namespace tandem::storaged
