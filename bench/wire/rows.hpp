// The rows of the wire: what one storaged answers over loopback, beside the bare minimum of a server that
// does the same to a socket. Both are measured in turns by the same client code.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "bench/report/row.hpp"

namespace tandem::bench {

struct WireOptions {
  std::filesystem::path storaged{};
  int pairs = 5;
  double seconds = 0.6;  // of a sample that counts requests
  std::function<bool(const std::string& name)> wanted{};
};

void measure_small(const WireOptions& options);   // pings and 4 KiB reads: requests a second
void measure_bulk(const WireOptions& options);    // 64 MiB there and back: bytes a second
void measure_memory(const WireOptions& options);  // of the daemon under many transfers

}  // namespace tandem::bench
