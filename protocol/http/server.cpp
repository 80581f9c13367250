#include "protocol/http/server.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <deque>
#include <exception>
#include <list>
#include <mutex>
#include <utility>
#include <vector>

#include "protocol/http/server_connection.hpp"

namespace tandem::protocol {
namespace {

constexpr int backlog = 1024;
constexpr std::size_t refused_kept_max = 128;
constexpr Duration refused_kept_for = std::chrono::seconds(1);
constexpr Duration pause_without_descriptors = std::chrono::milliseconds(50);

constexpr std::string_view refusal =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";

// sendfile(2) has no flag against the signal that a client's going away sends.
void block_broken_pipe() {
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
}

// Connections that were told to come back later. They are kept open for a moment: closing at once would
// reset them, and the client might never see the answer.
class Refused {
 public:
  void add(Socket socket, Instant now) {
    ::send(socket.descriptor(), refusal.data(), refusal.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::shutdown(socket.descriptor(), SHUT_WR);
    if (kept_.size() == refused_kept_max) kept_.pop_front();
    kept_.push_back({std::move(socket), now + refused_kept_for});
  }
  void drop_all() { kept_.clear(); }
  void drop_old(Instant now) {
    while (!kept_.empty() && kept_.front().until <= now) kept_.pop_front();
  }
  bool empty() const { return kept_.empty(); }

 private:
  struct Kept {
    Socket socket;
    Instant until;
  };
  std::deque<Kept> kept_{};
};

}  // namespace

struct Server::State {
  struct Slot {
    ServerConnection* connection = nullptr;  // while it is served
    bool pushed_out = false;
    std::unique_ptr<Task> task{};
  };
  using Slots = std::list<Slot>;

  State(Handler& handler, Runtime& runtime, ServerOptions options, Socket socket)
      : context{.handler = handler, .runtime = runtime, .options = std::move(options)},
        listener(std::move(socket)),
        port(port_of(listener)),
        ended(runtime.make_signal()) {}

  void accept_all();
  void accept_one();
  void admit(Socket socket);
  void refuse(Socket socket);
  bool push_one_out(Instant now);
  void serve(Socket socket, Slots::iterator slot);
  void join_finished();
  void stop(Duration patience);
  template <class Act>
  void each_connection(Act act);

  ServerContext context;
  Socket listener;
  const std::uint16_t port;
  Refused refused{};
  std::unique_ptr<Task> acceptor{};

  std::mutex mutex{};
  std::unique_ptr<Signal> ended;
  Slots slots{};
  std::vector<Slots::iterator> finished{};
};

void Server::State::accept_all() {
  while (!context.stopping) {
    pollfd waited{listener.descriptor(), POLLIN, 0};
    const int timeout_ms = refused.empty() ? 5000 : 250;
    if (poll(&waited, 1, timeout_ms) > 0 && !context.stopping) accept_one();
    refused.drop_old(context.runtime.now());
    join_finished();
  }
}

void Server::State::accept_one() {
  Socket socket(accept4(listener.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
  if (socket.is_open()) {
    join_finished();
    admit(std::move(socket));
  } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
    refused.drop_all();
    context.runtime.sleep_until(context.runtime.now() + pause_without_descriptors);
  }
}

void Server::State::admit(Socket socket) {
  Slots::iterator slot = slots.end();
  {
    const std::scoped_lock lock(mutex);
    const bool room = slots.size() - finished.size() < context.options.connections_max;
    if (room || push_one_out(context.runtime.now())) slot = slots.emplace(slots.end());
  }
  if (slot == slots.end()) return refuse(std::move(socket));
  const auto shared = std::make_shared<Socket>(std::move(socket));
  try {
    slot->task =
        context.runtime.spawn("connection", [this, shared, slot] { serve(std::move(*shared), slot); });
  } catch (const std::exception&) {  // the system gives no more threads
    {
      const std::scoped_lock lock(mutex);
      slots.erase(slot);
    }
    refuse(std::move(*shared));
  }
}

// Its thread ends presently; until then there is one connection too many.
bool Server::State::push_one_out(Instant now) {
  for (Slot& slot : slots) {
    if (slot.connection == nullptr || slot.pushed_out || !slot.connection->is_mere_caller(now)) continue;
    slot.pushed_out = true;
    slot.connection->cut();
    return true;
  }
  return false;
}

void Server::State::refuse(Socket socket) {
  std::string peer = context.options.on_refused ? peer_of(socket) : std::string();
  refused.add(std::move(socket), context.runtime.now());
  if (context.options.on_refused) context.options.on_refused({503, std::move(peer)});
}

void Server::State::serve(Socket socket, Slots::iterator slot) {
  block_broken_pipe();
  {
    ServerConnection connection(std::move(socket), context);
    {
      const std::scoped_lock lock(mutex);
      slot->connection = &connection;
    }
    connection.serve();
    const std::scoped_lock lock(mutex);
    slot->connection = nullptr;
  }
  const std::scoped_lock lock(mutex);
  finished.push_back(slot);
  ended->notify_all();
}

void Server::State::join_finished() {
  Slots done;
  {
    const std::scoped_lock lock(mutex);
    for (const auto slot : finished) done.splice(done.end(), slots, slot);
    finished.clear();
  }
}

template <class Act>
void Server::State::each_connection(Act act) {
  for (Slot& slot : slots) {
    if (slot.connection != nullptr) act(*slot.connection);
  }
}

void Server::State::stop(Duration patience) {
  context.stopping = true;
  ::shutdown(listener.descriptor(), SHUT_RDWR);  // wakes the acceptor
  acceptor.reset();
  listener.close();
  const Instant deadline = context.runtime.now() + patience;
  {
    std::unique_lock lock(mutex);
    each_connection([](ServerConnection& connection) { connection.end_when_idle(); });
    while (finished.size() < slots.size() && context.runtime.now() < deadline) {
      ended->wait_until(lock, deadline);
    }
    each_connection([](ServerConnection& connection) { connection.cut(); });
    while (finished.size() < slots.size()) {
      ended->wait_until(lock, context.runtime.now() + std::chrono::seconds(1));
      each_connection([](ServerConnection& connection) { connection.cut(); });
    }
  }
  join_finished();
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() {
  stop(Duration::zero());
}

Result<std::unique_ptr<Server>> Server::start(Handler& handler, Runtime& runtime, ServerOptions options) {
  auto address = parse_host_port(options.listen);
  if (!address) return std::move(address).error();
  auto socket = listen_on(*address, backlog);
  if (!socket) return std::move(socket).error();
  auto secret = std::exchange(options.secret, std::nullopt);
  auto state = std::make_unique<State>(handler, runtime, std::move(options), std::move(*socket));
  state->context.secret.set(std::move(secret));
  state->acceptor = runtime.spawn("acceptor", [running = state.get()] { running->accept_all(); });
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

std::uint16_t Server::port() const {
  return state_->port;
}

std::size_t Server::connections() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->slots.size() - state_->finished.size();
}

void Server::set_secret(std::optional<std::string> secret) {
  state_->context.secret.set(std::move(secret));
}

void Server::stop(Duration patience) {
  state_->stop(patience);
}

}  // namespace tandem::protocol
