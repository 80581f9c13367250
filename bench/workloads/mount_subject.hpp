// A folder as an ordinary program uses it: open, write, fsync if it has to last, close. For other file
// systems, mounted.
#pragma once

#include <string>

#include "bench/workloads/subject.hpp"

namespace tandem::bench {

OpenSubject mount_subject(std::string folder);

}  // namespace tandem::bench
