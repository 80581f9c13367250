// The floor: the same work by the bare minimum that could still be called the same. Writing: a temporary file
// with an extended attribute as long as ours, renamed, in two folders, one after the other; if durable, each
// file and then its folder synced. Names: the same change in both folders, if durable both folders synced.
// Reading contents: the bytes over loopback TCP, from memory. Reading names: the first folder.
#pragma once

#include <cstdint>
#include <string>

#include "bench/workloads/subject.hpp"

namespace tandem::bench {

// Makes its two folders below `folder`.
OpenSubject floor_subject(std::string folder, std::uint16_t loopback_port);

}  // namespace tandem::bench
