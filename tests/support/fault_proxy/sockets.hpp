// Sockets of the loopback, owned.
#pragma once

#include <cstdint>
#include <utility>

namespace tandem::test {

class OwnedSocket {
 public:
  OwnedSocket() = default;
  explicit OwnedSocket(int handle) : handle_(handle) {}
  ~OwnedSocket() { close(); }
  OwnedSocket(OwnedSocket&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}
  OwnedSocket& operator=(OwnedSocket&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }

  bool is_open() const { return handle_ >= 0; }
  int handle() const { return handle_; }
  void close();

 private:
  int handle_ = -1;
};

// Not open when nobody listens there.
OwnedSocket connect_to(std::uint16_t port);
// Throws std::system_error when the port cannot be listened on.
OwnedSocket listen_at(std::uint16_t port, int backlog);
// A connection on its way, which may never come about.
OwnedSocket begin_to_connect(std::uint16_t port);
}  // namespace tandem::test
