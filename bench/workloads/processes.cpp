#include "bench/workloads/processes.hpp"

#include <time.h>

#include <fstream>
#include <string>

namespace tandem::bench {
namespace {

double seconds_on(clockid_t clock) {
  timespec now{};
  if (::clock_gettime(clock, &now) != 0) return 0;
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

}  // namespace

double monotonic_seconds() {
  return seconds_on(CLOCK_MONOTONIC);
}

double cpu_seconds(pid_t process) {
  clockid_t clock{};
  if (::clock_getcpuclockid(process, &clock) != 0) return 0;
  return seconds_on(clock);
}

double cpu_seconds(const std::vector<pid_t>& processes) {
  double total = 0;
  for (const pid_t process : processes) total += cpu_seconds(process);
  return total;
}

void forget_peak_memory(pid_t process) {
  constexpr int peak = 5;  // as proc(5) numbers what clear_refs clears
  std::ofstream("/proc/" + std::to_string(process) + "/clear_refs") << peak;
}

double peak_memory_mib(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string word; status >> word;) {
    if (word != "VmHWM:") continue;
    double kib = 0;
    status >> kib;
    return kib / 1024;
  }
  return 0;
}

}  // namespace tandem::bench
