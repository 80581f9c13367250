// A connected socket with deadlines. Waiting costs no extra system call in the usual case: the kernel's own
// receive and send time-outs are set once, and only a wait whose deadline is nearer goes through poll(2).
// One thread at a time, except shut_down().
#pragma once

#include <cstddef>
#include <span>

#include "protocol/contract/runtime.hpp"
#include "protocol/http/socket.hpp"

namespace tandem::protocol {

enum class Moved : std::uint8_t { ok, ended, timed_out, failed };

struct Transfer {
  Moved outcome = Moved::ok;
  std::size_t bytes = 0;  // moved before the outcome
};

class Stream {
 public:
  // `progress`: how long a wait may last without a byte moving.
  Stream(Socket socket, Runtime& runtime, Duration progress);

  // Some bytes, at least one when `ok`; `ended`: the peer will send no more.
  Transfer receive(std::span<std::byte> out, Instant deadline);
  // All pieces in one send where the socket takes them; `progress` since the last byte.
  Transfer send(std::span<const std::byte> first, std::span<const std::byte> second = {},
                std::span<const std::byte> third = {});
  // `bytes` of an open file from `offset` on; `failed` also when it ends before. The caller has SIGPIPE
  // ignored or blocked: sendfile(2) knows no flag against it.
  Transfer send_from(int file, std::uint64_t offset, std::size_t bytes);

  // True when receive() would not wait.
  bool readable_by(Instant deadline);
  // True when the peer has closed, or sent something nobody asked for: do not begin a call on it.
  bool is_spent() const;

  Instant progress_deadline() const { return runtime_->now() + progress_; }
  void shut_down_sending();
  void shut_down_receiving();  // these two wake a thread that waits on it
  void shut_down();
  Runtime& runtime() const { return *runtime_; }
  std::string peer() const { return peer_of(socket_); }

 private:
  bool poll_until(short events, Instant deadline) const;

  Socket socket_;
  Runtime* runtime_;
  Duration progress_;
};

}  // namespace tandem::protocol
