#include "protocol/http/stream.hpp"

#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace tandem::protocol {
namespace {

timeval to_timeval(Duration duration) {
  const auto micros =
      std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::microseconds>(duration).count());
  return {.tv_sec = micros / 1'000'000, .tv_usec = micros % 1'000'000};
}

int to_poll_timeout(Duration left) {
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return static_cast<int>(std::clamp<std::int64_t>(milliseconds, 0, 1 << 30));
}

bool would_wait(int error_number) {
  return error_number == EAGAIN || error_number == EWOULDBLOCK || error_number == EINTR;
}

// Calls `move`, which is told how many bytes are left, until all have moved or none has for `progress`.
template <class Move>
Transfer move_all(std::size_t bytes, Runtime& runtime, Duration progress, Move move) {
  Transfer sent;
  Instant deadline = runtime.now() + progress;
  while (sent.bytes < bytes) {
    const ssize_t moved = move(bytes - sent.bytes);
    if (moved > 0) {
      sent.bytes += static_cast<std::size_t>(moved);
      deadline = runtime.now() + progress;
    } else if (moved == 0 || !would_wait(errno)) {
      sent.outcome = Moved::failed;
      return sent;
    } else if (runtime.now() >= deadline) {
      sent.outcome = Moved::timed_out;
      return sent;
    }
  }
  return sent;
}

// The pieces of a send that are still to go.
class Pieces {
 public:
  Pieces(std::span<const std::byte> first, std::span<const std::byte> second,
         std::span<const std::byte> third) {
    for (const auto piece : {first, second, third}) {
      if (piece.empty()) continue;
      // sendmsg() does not write to what it is given; its type is older than const.
      vectors_[count_++] = {const_cast<std::byte*>(piece.data()), piece.size()};
    }
  }
  msghdr message() {
    msghdr message{};
    message.msg_iov = &vectors_[begin_];
    message.msg_iovlen = count_ - begin_;
    return message;
  }
  void advance(std::size_t bytes) {
    while (bytes > 0) {
      iovec& vector = vectors_[begin_];
      const std::size_t taken = std::min(bytes, vector.iov_len);
      vector.iov_base = static_cast<std::byte*>(vector.iov_base) + taken;
      vector.iov_len -= taken;
      bytes -= taken;
      if (vector.iov_len == 0) ++begin_;
    }
  }

 private:
  std::array<iovec, 3> vectors_{};
  std::size_t begin_ = 0;
  std::size_t count_ = 0;
};

}  // namespace

Stream::Stream(Socket socket, Runtime& runtime, Duration progress)
    : socket_(std::move(socket)), runtime_(&runtime), progress_(progress) {
  const timeval limit = to_timeval(progress);
  setsockopt(socket_.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(socket_.descriptor(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

bool Stream::poll_until(short events, Instant deadline) const {
  for (;;) {
    pollfd waited{socket_.descriptor(), events, 0};
    const int ready = poll(&waited, 1, to_poll_timeout(deadline - runtime_->now()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // the following call will tell
    if (ready == 0 && runtime_->now() >= deadline) return false;
  }
}

Transfer Stream::receive(std::span<std::byte> out, Instant deadline) {
  for (;;) {
    // The kernel's own time-out fits when the deadline is about that far away, or farther.
    const Duration left = deadline - runtime_->now();
    const bool blocking = left >= progress_ * 3 / 4;
    const ssize_t got = recv(socket_.descriptor(), out.data(), out.size(), blocking ? 0 : MSG_DONTWAIT);
    if (got > 0) return {Moved::ok, static_cast<std::size_t>(got)};
    if (got == 0) return {Moved::ended, 0};
    if (!would_wait(errno)) return {Moved::failed, 0};
    if (blocking && runtime_->now() >= deadline) return {Moved::timed_out, 0};
    if (!blocking && !poll_until(POLLIN, deadline)) return {Moved::timed_out, 0};
  }
}

Transfer Stream::send(std::span<const std::byte> first, std::span<const std::byte> second,
                      std::span<const std::byte> third) {
  Pieces pieces(first, second, third);
  return move_all(first.size() + second.size() + third.size(), *runtime_, progress_, [&](std::size_t) {
    const msghdr message = pieces.message();
    const ssize_t moved = sendmsg(socket_.descriptor(), &message, MSG_NOSIGNAL);
    if (moved > 0) pieces.advance(static_cast<std::size_t>(moved));
    return moved;
  });
}

Transfer Stream::send_from(int file, std::uint64_t offset, std::size_t bytes) {
  auto position = static_cast<off_t>(offset);
  return move_all(bytes, *runtime_, progress_,
                  [&](std::size_t left) { return sendfile(socket_.descriptor(), file, &position, left); });
}

bool Stream::readable_by(Instant deadline) {
  return poll_until(POLLIN, deadline);
}

bool Stream::is_spent() const {
  char byte = 0;
  const ssize_t got = recv(socket_.descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || !would_wait(errno);
}

void Stream::shut_down_sending() {
  ::shutdown(socket_.descriptor(), SHUT_WR);
}
void Stream::shut_down_receiving() {
  ::shutdown(socket_.descriptor(), SHUT_RD);
}
void Stream::shut_down() {
  ::shutdown(socket_.descriptor(), SHUT_RDWR);
}

}  // namespace tandem::protocol
