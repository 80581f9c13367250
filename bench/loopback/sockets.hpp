// Sockets of the floors and of the bench's own clients: set up like those they are compared with. All throw
// std::runtime_error.
#pragma once

#include <cstdint>

#include "protocol/http/socket.hpp"

namespace tandem::bench {

protocol::Socket listen_on_loopback();  // on a free port
protocol::Socket connect_over_loopback(std::uint16_t port);

}  // namespace tandem::bench
