// A GlusterFS volume through libgfapi, its client library, without FUSE in between. The library is loaded at
// run time: only who measures against it needs it.
#pragma once

#include <string>

#include "bench/workloads/subject.hpp"

namespace tandem::bench {

// `unavailable` on opening where the library is not installed or the volume cannot be reached.
OpenSubject gfapi_subject(std::string host, std::string volume);

}  // namespace tandem::bench
