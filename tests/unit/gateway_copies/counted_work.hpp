// How often this program asks the C library to copy bytes or to sync a file, counted thread by thread: its
// memcpy, memmove, fsync and fdatasync stand before the library's, for shared libraries as well.
#pragma once

#include <cstdint>

namespace tandem::test {

// Copies shorter than this are names, heads and numbers; they do not count.
constexpr std::uint64_t counted_copy_bytes_min = 4096;

struct CountedWork {
  std::uint64_t copied_bytes = 0;
  std::uint64_t syncs = 0;
};

// Of the calling thread, since it began.
CountedWork counted_work();

// Of all threads.
std::uint64_t syncs_of_all_threads();

}  // namespace tandem::test
