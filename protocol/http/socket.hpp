// TCP sockets: addresses, listening, connecting within a deadline. Sockets made here have TCP_NODELAY set
// and are closed on exec.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::protocol {

class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();
  int descriptor() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }
  void close();

 private:
  int descriptor_ = -1;
};

struct HostPort {
  std::string host{};  // without brackets
  std::string port{};
};
// "HOST:PORT" or "[IPV6]:PORT"; `invalid` otherwise.
Result<HostPort> parse_host_port(std::string_view address);

// True for an address that only this machine can reach.
bool is_loopback(const HostPort& address);

// Port 0 takes a free one. `unavailable` with the system's reason when it cannot be had.
Result<Socket> listen_on(const HostPort& address, int backlog);
std::uint16_t port_of(const Socket& listening);
std::string peer_of(const Socket& connected);  // HOST:PORT; empty when it is gone

// The addresses a host name stands for, asked for once. Numeric hosts need no resolver.
class PeerAddress {
 public:
  static Result<PeerAddress> resolve(const HostPort& address);
  ~PeerAddress();
  PeerAddress(PeerAddress&&) noexcept;
  PeerAddress& operator=(PeerAddress&&) noexcept;

  // Tries them in turn, `timeout` for all together. `unavailable` with the reason.
  Result<Socket> connect(Runtime& runtime, Duration timeout) const;

 private:
  struct List;
  explicit PeerAddress(std::unique_ptr<List> list);
  std::unique_ptr<List> list_;
};

}  // namespace tandem::protocol
