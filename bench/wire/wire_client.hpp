// The client of every row, subject's and floor's alike: a blocking socket that sends what it is given and
// takes the reply, looking at no more of it than its status and length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/loopback/sockets.hpp"

namespace tandem::bench {

class WireClient {
 public:
  explicit WireClient(std::uint16_t port, Setup setup = Setup::ours);

  // Sends all of it. Throws std::runtime_error when the other end is gone.
  void send(std::string_view bytes);
  // Waits for one reply and takes all of it; returns the length of its body. Throws when it is not a 200.
  std::size_t take_reply();
  // The same; returns its body, a short one.
  std::string take_text();

 private:
  // What came of the body with the head stands behind it in the buffer.
  struct Head {
    std::size_t bytes = 0;
    std::size_t body_bytes = 0;
    std::size_t body_received = 0;
  };
  Head take_head();
  std::size_t receive(char* into, std::size_t bytes_max);

  protocol::Socket socket_;
  std::vector<char> buffer_;
};

}  // namespace tandem::bench
