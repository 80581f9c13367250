// What is measured of the catalogue on SQLite: each makes its rows and prints them.
#pragma once

#include <chrono>
#include <string>

#include "protocol/contract/result.hpp"

namespace tandem::bench {

struct Plan {
  bool quick = false;
  int samples = 5;
  std::string folder{};  // exists, is empty, and is removed afterwards
};

void measure_commits(const Plan& plan);   // durable commits by eight callers, beside bare SQLite
void measure_lookups(const Plan& plan);   // paths, cached and not, and a long listing
void measure_watching(const Plan& plan);  // from a commit to another process's callback
void measure_locks(const Plan& plan);     // tokens: pairs, kept ones, many holders, many locks
void measure_million(const Plan& plan);   // room on disk and time to open

// The program ends where something that has to work does not.
[[noreturn]] void fail(const Error& error);
template <class T>
T must(Result<T> result) {
  if (!result.ok()) fail(result.error());
  return *std::move(result);
}

inline double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace tandem::bench
