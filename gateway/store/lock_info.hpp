// Who holds what, and who waits for it, as people are shown it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

// Who a client is, as far as the catalogue was told; empty where it was told nothing.
struct ClientInfo {
  SessionId session = 0;
  std::string program{};
  std::string host{};
  std::string pid{};
};
struct LockWaiter {
  ClientInfo client{};
  bool shared = false;
  std::int64_t since_ns = 0;
};
struct LockInfo {
  std::string path{};  // empty: the object has no name any more
  bool shared = false;
  bool is_explicit = false;  // otherwise given up as soon as somebody asks
  Revision fence = 0;
  std::int64_t since_ns = 0;
  std::optional<Duration> lease_left{};  // nothing: the holder is gone
  ClientInfo holder{};
  std::vector<LockWaiter> waiters{};  // of the object; told with each of its holders
};

}  // namespace tandem::gateway
