#include "protocol/http/connection_pool.hpp"

#include <cassert>
#include <utility>

namespace tandem::protocol {

ConnectionPool::Lease& ConnectionPool::Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    release();
    pool_ = other.pool_;
    connection_ = std::move(other.connection_);
    fresh_ = other.fresh_;
  }
  return *this;
}

void ConnectionPool::Lease::release() {
  if (connection_) pool_->put_back(std::move(connection_));
}

ConnectionPool::ConnectionPool(std::string address, Runtime& runtime, ClientOptions options)
    : address_(std::move(address)), runtime_(runtime), options_(options), freed_(runtime.make_signal()) {
  kept_.reserve(options_.connections_max);  // giving back must not fail
}

ConnectionPool::~ConnectionPool() {
  assert(out_ == 0);
}

Result<ConnectionPool::Lease> ConnectionPool::acquire(Wanted wanted) {
  {
    std::unique_lock lock(mutex_);
    const Instant deadline = runtime_.now() + options_.request;
    while (out_ >= options_.connections_max) {
      if (!freed_->wait_until(lock, deadline) && out_ >= options_.connections_max) {
        return Error{.code = Code::unavailable,
                     .cause = "all " + std::to_string(options_.connections_max) + " connections are in use",
                     .node = address_,
                     .mend = "raise limits.connections_per_node"};
      }
    }
    ++out_;
  }
  if (auto kept = take_kept(wanted)) return Lease(*this, std::move(kept), false);
  auto opened = open();
  if (opened) return Lease(*this, std::move(*opened), true);
  const std::scoped_lock lock(mutex_);
  --out_;
  freed_->notify_all();
  return std::move(opened).error();
}

std::unique_ptr<ClientConnection> ConnectionPool::take_kept(Wanted wanted) {
  std::vector<std::unique_ptr<ClientConnection>> given_up;  // closed outside the lock
  const std::scoped_lock lock(mutex_);
  if (wanted == Wanted::fresh) {
    given_up.swap(kept_);
    kept_.reserve(options_.connections_max);
  }
  while (!kept_.empty()) {
    auto connection = std::move(kept_.back());
    kept_.pop_back();
    if (wanted == Wanted::any || !connection->is_spent()) return connection;
    given_up.push_back(std::move(connection));
  }
  return nullptr;
}

Result<std::unique_ptr<ClientConnection>> ConnectionPool::open() {
  std::shared_ptr<const PeerAddress> peer;
  {
    const std::scoped_lock lock(mutex_);
    peer = peer_;
  }
  if (!peer) {
    auto name = parse_host_port(address_);
    if (!name) return std::move(name).error();
    auto resolved = PeerAddress::resolve(*name);
    if (!resolved) return std::move(resolved).error().on(address_);
    peer = std::make_shared<const PeerAddress>(std::move(*resolved));
    const std::scoped_lock lock(mutex_);
    peer_ = peer;
  }
  auto socket = peer->connect(runtime_, options_.connect);
  if (!socket) return std::move(socket).error();
  return std::make_unique<ClientConnection>(std::move(*socket), runtime_, options_.request);
}

void ConnectionPool::put_back(std::unique_ptr<ClientConnection> connection) {
  if (!connection->reusable()) connection.reset();
  const std::scoped_lock lock(mutex_);
  --out_;
  if (connection) kept_.push_back(std::move(connection));
  freed_->notify_all();
}

}  // namespace tandem::protocol
