#include "tests/cluster/dev/neighbouring_ports.hpp"

#include <stdexcept>

namespace tandem::test {

NeighbouringPorts::NeighbouringPorts(std::size_t count) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    ports_.clear();
    const std::uint16_t first = random_port();
    while (ports_.size() < count) {
      auto port = ReservedPort::at(static_cast<std::uint16_t>(first + ports_.size()));
      if (!port) break;
      ports_.push_back(std::move(*port));
    }
    if (ports_.size() == count) return;
  }
  throw std::runtime_error("no free neighbouring ports on the loopback");
}

}  // namespace tandem::test
