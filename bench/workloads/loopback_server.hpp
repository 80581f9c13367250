// The bare minimum of a server: for each request of `loopback_request_bytes` bytes, whose first eight say how
// many, it sends that many bytes back over the same TCP connection. No parsing, no disk, no checks.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

namespace tandem::bench {

constexpr std::size_t loopback_request_bytes = 200;  // about what a GET of ours takes

class LoopbackServer {
 public:
  LoopbackServer();   // in a process of its own, on a free port of 127.0.0.1
  ~LoopbackServer();  // ends it
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_ = 0;
  pid_t process_ = -1;
};

}  // namespace tandem::bench
