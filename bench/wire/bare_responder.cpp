#include "bench/wire/bare_responder.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

namespace tandem::bench {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;

std::size_t number_behind(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  std::size_t number = 0;
  if (at != std::string_view::npos)
    std::from_chars(text.data() + at + mark.size(), text.data() + text.size(), number);
  return number;
}

class Talk {
 public:
  Talk(int connection, const std::string& reply) : connection_(connection), reply_(reply) {}
  ~Talk() { ::close(connection_); }
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;

  bool serve_one() {
    std::size_t have = 0;
    std::size_t end = std::string_view::npos;
    while (end == std::string_view::npos) {
      const ssize_t got = ::recv(connection_, buffer_.data() + have, buffer_.size() - have, 0);
      if (got <= 0) return false;
      have += static_cast<std::size_t>(got);
      end = std::string_view(buffer_.data(), have).find("\r\n\r\n");
    }
    const std::string_view head(buffer_.data(), end + 4);
    if (head.starts_with("GET /")) return send_bytes(number_behind(head, "GET /"));
    return take_bytes(number_behind(head, "Content-Length: ") - (have - head.size())) &&
           send_reply(reply_, 0);
  }

 private:
  bool take_bytes(std::size_t left) {
    while (left > 0) {
      const ssize_t got = ::recv(connection_, buffer_.data(), std::min(left, buffer_.size()), 0);
      if (got <= 0) return false;
      left -= static_cast<std::size_t>(got);
    }
    return true;
  }
  bool send_bytes(std::size_t count) {
    return send_reply("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(count) + "\r\n\r\n", count);
  }
  bool send_reply(const std::string& head, std::size_t body) {
    const std::size_t first = std::min(body, buffer_.size());
    iovec pieces[2] = {{const_cast<char*>(head.data()), head.size()}, {buffer_.data(), first}};
    msghdr message{};
    message.msg_iov = pieces;
    message.msg_iovlen = 2;
    ssize_t sent = ::sendmsg(connection_, &message, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    for (std::size_t left = head.size() + body - static_cast<std::size_t>(sent); left > 0;
         left -= static_cast<std::size_t>(sent)) {
      sent = ::send(connection_, buffer_.data(), std::min(left, buffer_.size()), MSG_NOSIGNAL);
      if (sent <= 0) return false;
    }
    return true;
  }

  int connection_;
  const std::string& reply_;
  std::vector<char> buffer_ = std::vector<char>(buffer_bytes, 'x');
};

[[noreturn]] void serve(int listener, const std::string& reply) {
  for (;;) {
    const int connection = ::accept(listener, nullptr, nullptr);
    if (connection < 0) ::_exit(1);
    const int on = 1;
    ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::thread([connection, &reply] {
      Talk talk(connection, reply);
      while (talk.serve_one()) {
      }
    }).detach();
  }
}

}  // namespace

void run_on_core(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  for (std::size_t one = 0; one < CPU_SETSIZE; ++one)
    if (core < 0 || one == static_cast<std::size_t>(core)) CPU_SET(one, &cores);
  ::sched_setaffinity(0, sizeof cores, &cores);
}

BareResponder::BareResponder(const std::string& reply, int core, Setup setup) {
  const protocol::Socket listener = listen_on_loopback(setup);
  port_ = protocol::port_of(listener);
  process_ = ::fork();
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    run_on_core(core);
    serve(listener.descriptor(), reply);
  }
  if (process_ < 0) throw std::runtime_error("the floor's server cannot be started");
}

BareResponder::~BareResponder() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

}  // namespace tandem::bench
