// What the kernel says about a process.
#pragma once

#include <sys/types.h>

#include <vector>

namespace tandem::bench {

double monotonic_seconds();                               // CLOCK_MONOTONIC, the same in every process
double cpu_seconds(pid_t process);                        // of all its threads; 0 when it is gone
double cpu_seconds(const std::vector<pid_t>& processes);  // together
double peak_memory_mib(pid_t process);                    // VmHWM; 0 when it is gone
void forget_peak_memory(pid_t process);                   // it begins again from what is used now

}  // namespace tandem::bench
