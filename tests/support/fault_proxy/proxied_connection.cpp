#include "tests/support/fault_proxy/proxied_connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace tandem::test {
namespace {

constexpr int look_every_ms = 10;
constexpr int late_answer_ms = 5'000;
constexpr std::size_t piece_bytes = 65'536;
constexpr std::size_t beginning_bytes_max = 4'096;

// Empty: the other side has gone.
std::string_view receive(const OwnedSocket& socket, std::array<char, piece_bytes>& room) {
  ssize_t got = 0;
  do {
    got = ::recv(socket.handle(), room.data(), room.size(), 0);
  } while (got < 0 && errno == EINTR);
  return {room.data(), got < 0 ? 0 : static_cast<std::size_t>(got)};
}

// Whether enough of a request has come to know what it is.
bool tells_what_it_is(std::string_view beginning) {
  if (beginning.size() >= beginning_bytes_max) return true;
  if (beginning.starts_with("POST ")) return beginning.find("</methodName>") != std::string_view::npos;
  return beginning.find("\r\n") != std::string_view::npos;
}

}  // namespace

bool ProxiedConnection::open() {
  if (!look_at_mode()) return false;
  if (!swallowing_) daemon_ = connect_to(proxy_.daemon_port_);
  return swallowing_ || daemon_.is_open();
}

void ProxiedConnection::run() {
  if (!open()) return;
  while (look_at_mode()) {
    std::array<pollfd, 2> waiting{{{client_.handle(), POLLIN, 0}, {daemon_.handle(), POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), look_every_ms) <= 0) continue;
    if (!look_at_mode()) return;
    if (waiting[0].revents != 0 && !from_client()) return;
    if (waiting[1].revents != 0 && !from_daemon()) return;
  }
}

// A connection that has lost bytes goes with the mode that lost them.
bool ProxiedConnection::look_at_mode() {
  const std::scoped_lock lock(proxy_.mutex_);
  if (proxy_.stopping_ || proxy_.mode_.reach == FaultProxy::Reach::refusing) return false;
  if (swallowing_ && proxy_.switches_ != seen_switches_) return false;
  seen_switches_ = proxy_.switches_;
  if (proxy_.mode_.black_hole) swallowing_ = true;
  return true;
}

bool ProxiedConnection::from_client() {
  std::array<char, piece_bytes> room;
  const auto piece = receive(client_, room);
  const bool held = in_request_ && decided_ && fate_ == Fate::hold_request;
  if (piece.empty()) return held && deliver_late();
  if (!in_request_) begin_request();
  if (swallowing_) return true;
  if (decided_ && !held) return forward(daemon_, piece);
  beginning_ += piece;
  return decided_ || !tells_what_it_is(beginning_) || decide();
}

bool ProxiedConnection::from_daemon() {
  std::array<char, piece_bytes> room;
  const auto piece = receive(daemon_, room);
  if (piece.empty()) {
    daemon_.close();
    return swallowing_;
  }
  if (swallowing_) return true;
  if (in_request_ && !begin_reply()) return false;
  return forward(client_, piece);
}

// Waits for room as long as the mode lets it. False: the other side has gone, or nothing more is to pass.
bool ProxiedConnection::forward(const OwnedSocket& to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(to.handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) return false;
    pollfd room{to.handle(), POLLOUT, 0};
    ::poll(&room, 1, look_every_ms);
    if (!look_at_mode()) return false;
    if (swallowing_) return true;
  }
  return true;
}

void ProxiedConnection::begin_request() {
  in_request_ = true;
  decided_ = false;
  beginning_.clear();
  const std::scoped_lock lock(proxy_.mutex_);
  ++proxy_.counts_.requests;
  if (swallowing_) ++proxy_.counts_.swallowed;
}

bool ProxiedConnection::decide() {
  decided_ = true;
  {
    const std::scoped_lock lock(proxy_.mutex_);
    fate_ = proxy_.mode_.judge ? proxy_.mode_.judge(beginning_) : Fate::pass;
    swallowing_ = fate_ == Fate::swallow;
    let_go_before_ = proxy_.let_go_;
    if (swallowing_)
      ++proxy_.counts_.swallowed;
    else if (fate_ == Fate::drop_request)
      ++proxy_.counts_.dropped_requests;
    else if (fate_ == Fate::hold_request)
      held_as_ = ++proxy_.counts_.held_requests;
    else
      ++proxy_.counts_.forwarded;
  }
  if (fate_ == Fate::drop_request) return false;
  return swallowing_ || fate_ == Fate::hold_request || forward(daemon_, beginning_);
}

// False: the reply goes nowhere.
bool ProxiedConnection::begin_reply() {
  in_request_ = false;
  if (fate_ == Fate::hold_reply) return hold_reply();
  std::chrono::milliseconds delay{};
  {
    const std::scoped_lock lock(proxy_.mutex_);
    if (fate_ == Fate::drop_reply) {
      ++proxy_.counts_.dropped_replies;
      return false;
    }
    delay = proxy_.mode_.delay;
  }
  if (delay > std::chrono::milliseconds::zero()) wait(delay);
  return true;
}

bool ProxiedConnection::hold_reply() {
  std::unique_lock lock(proxy_.mutex_);
  ++proxy_.counts_.held_replies;
  let_go_before_ = proxy_.let_go_;
  proxy_.changed_.wait(lock, [this] { return is_let_go(); });
  return false;
}

// The client has given up; what it had sent goes on its way all the same, and the answer to it nowhere. One
// after the other, the last first: the order that is worst for whoever believes what comes last.
bool ProxiedConnection::deliver_late() {
  std::unique_lock lock(proxy_.mutex_);
  proxy_.late_.insert(held_as_);
  proxy_.changed_.wait(
      lock, [this] { return proxy_.stopping_ || (is_let_go() && *proxy_.late_.rbegin() == held_as_); });
  const bool stopping = proxy_.stopping_;
  lock.unlock();
  const bool answered = !stopping && deliver();
  lock.lock();
  if (answered) ++proxy_.counts_.late_requests;
  proxy_.late_.erase(held_as_);
  proxy_.changed_.notify_all();
  return false;
}

// Whether the daemon has answered.
bool ProxiedConnection::deliver() {
  daemon_ = connect_to(proxy_.daemon_port_);  // the former connection may have become too old for it
  pollfd answer{daemon_.handle(), POLLIN, 0};
  return daemon_.is_open() && forward(daemon_, beginning_) && ::poll(&answer, 1, late_answer_ms) > 0;
}

void ProxiedConnection::wait(std::chrono::milliseconds delay) {
  std::unique_lock lock(proxy_.mutex_);
  proxy_.changed_.wait_for(lock, delay,
                           [&] { return proxy_.stopping_ || proxy_.switches_ != seen_switches_; });
}

}  // namespace tandem::test
