// TCP ports of the loopback, one behind the other, that stay free for one test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/support/local_cluster/ports.hpp"

namespace tandem::test {

class NeighbouringPorts {
 public:
  explicit NeighbouringPorts(std::size_t count);  // throws std::runtime_error when there are none

  std::uint16_t first() const { return ports_.front().number(); }
  void occupy(std::size_t offset) { ports_.at(offset).occupy(); }

 private:
  std::vector<ReservedPort> ports_{};
};

}  // namespace tandem::test
