// An HTTP/1.1 server: one thread a connection, blocking sockets. Connections beyond the limit are answered
// 503 at once, unless one of those open has never brought a request: that one goes instead, so that a crowd
// of silent callers keeps nobody out. Every wait has a deadline: a head in all, a body since its last
// progress.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"
#include "protocol/http/exchange.hpp"

namespace tandem::protocol {

// What a server turned away before any handler saw it.
struct Refusal {
  int status = 0;      // 400, 401, 408, 431 of a request; 503 of a connection
  std::string peer{};  // HOST:PORT
};

struct ServerOptions {
  std::string listen = "127.0.0.1:0";  // HOST:PORT; IPv6 in brackets; port 0: a free one
  std::optional<std::string> secret{};
  std::size_t connections_max = 1024;
  Duration head_deadline = std::chrono::seconds(10);   // a head in all; the first one counts from accepting
  Duration caller_patience = std::chrono::seconds(1);  // then a connection without a request may have to go
  Duration progress_deadline = std::chrono::seconds(10);  // bodies, and sending replies
  Duration document_deadline = std::chrono::seconds(30);  // in all, for a body that is wanted in one piece
  Duration idle_deadline = std::chrono::minutes(5);       // between requests
  std::function<void(const Refusal&)> on_refused{};       // from any of the server's threads
};

class Server {
 public:
  // Listening and accepting when it returns. `handler` and `runtime` must outlive it.
  static Result<std::unique_ptr<Server>> start(Handler& handler, Runtime& runtime, ServerOptions options);
  ~Server();  // as stop(0)

  std::uint16_t port() const;
  std::size_t connections() const;  // open now
  void set_secret(std::optional<std::string> secret);

  // Accepts no more, lets requests in flight finish for `patience`, then cuts their connections; returns
  // when the last handler has.
  void stop(Duration patience);

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tandem::protocol
