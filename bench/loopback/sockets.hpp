// Sockets of the floors and of the bench's own clients. Both calls throw std::runtime_error.
#pragma once

#include <cstdint>

#include "protocol/http/socket.hpp"

namespace tandem::bench {

enum class Setup {
  ours,        // as the product's own, which are measured
  any_others,  // with the congestion control that the system gives to every program
};

protocol::Socket listen_on_loopback(Setup setup = Setup::ours);  // on a free port
protocol::Socket connect_over_loopback(std::uint16_t port, Setup setup = Setup::ours);

}  // namespace tandem::bench
