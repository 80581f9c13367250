// TCP ports of the loopback, one behind the other, that stay free for one test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tandem::test {

// As ReservedPort (tests/support/local_cluster/ports.hpp): bound and never listening, so that only a daemon
// that sets SO_REUSEADDR gets them.
class NeighbouringPorts {
 public:
  explicit NeighbouringPorts(std::size_t count);  // throws std::runtime_error when there are none
  ~NeighbouringPorts();
  NeighbouringPorts(const NeighbouringPorts&) = delete;
  NeighbouringPorts& operator=(const NeighbouringPorts&) = delete;

  std::uint16_t first() const { return first_; }

 private:
  bool reserve(std::uint16_t port);
  void release();

  std::vector<int> sockets_{};
  std::uint16_t first_ = 0;
};

}  // namespace tandem::test
