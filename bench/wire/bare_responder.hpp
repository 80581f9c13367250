// The floor: a server in a process of its own, blocking sockets, a thread a connection, that understands no
// more of HTTP than where a request ends. No disk, no checks, no limits, no deadlines.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "bench/loopback/sockets.hpp"

namespace tandem::bench {

class BareResponder {
 public:
  // Answers GET /N with N bytes, and anything with a body by taking it and sending `reply`. `core`: pinned to
  // that one; negative: anywhere.
  BareResponder(const std::string& reply, int core, Setup setup = Setup::ours);
  ~BareResponder();
  BareResponder(const BareResponder&) = delete;
  BareResponder& operator=(const BareResponder&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_ = 0;
  pid_t process_ = -1;
};

// The calling thread, and what it starts from now on, runs on that core; negative: on all.
void run_on_core(int core);

}  // namespace tandem::bench
