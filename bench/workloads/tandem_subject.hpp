// A cluster through the gateway library, as every client program uses it.
#pragma once

#include "bench/workloads/subject.hpp"

namespace tandem::bench {

OpenSubject tandem_subject(std::string config_file);

}  // namespace tandem::bench
