#include "tests/support/fault_proxy/fault_proxy.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "tests/support/fault_proxy/proxied_connection.hpp"

namespace tandem::test {
namespace {

constexpr int listen_backlog = 512;
constexpr int look_every_ms = 5;
constexpr int connect_patience_ms = 100;
constexpr int occupants_max = 8;

}  // namespace

FaultProxy::FaultProxy(std::uint16_t daemon_port) : daemon_port_(daemon_port) {
  apply(Reach::listening);
  acceptor_ = std::thread([this] { accept_and_switch(); });
}

FaultProxy::~FaultProxy() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  acceptor_.join();
  for (auto& worker : workers_) worker.thread.join();
}

void FaultProxy::pass() {
  switch_to({});
}
void FaultProxy::refuse() {
  switch_to({.reach = Reach::refusing});
}
void FaultProxy::cut_off() {
  switch_to({.reach = Reach::cut_off, .black_hole = true});
}
void FaultProxy::black_hole() {
  switch_to({.black_hole = true});
}
void FaultProxy::slow(std::chrono::milliseconds delay) {
  switch_to({.delay = delay});
}
void FaultProxy::judge(Judge judge) {
  switch_to({.judge = std::move(judge)});
}

void FaultProxy::let_go() {
  const std::scoped_lock lock(mutex_);
  ++let_go_;
  changed_.notify_all();
}

FaultProxy::Counts FaultProxy::counts() const {
  const std::scoped_lock lock(mutex_);
  return counts_;
}

void FaultProxy::switch_to(Mode mode) {
  std::unique_lock lock(mutex_);
  mode_ = std::move(mode);
  const std::uint64_t mine = ++switches_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return applied_ >= mine; });
}

void FaultProxy::accept_and_switch() {
  for (;;) {
    std::uint64_t switches = 0;
    Reach reach{};
    {
      const std::scoped_lock lock(mutex_);
      if (stopping_) return;
      switches = switches_;
      reach = mode_.reach;
    }
    if (switches != applied_) {
      apply(reach);
      const std::scoped_lock lock(mutex_);
      applied_ = switches;
      changed_.notify_all();
    }
    pollfd waiting{listener_.handle(), POLLIN, 0};  // without a listener, a pause
    if (::poll(&waiting, 1, look_every_ms) > 0 && reach == Reach::listening) accept_one();
    join_ended();
  }
}

void FaultProxy::apply(Reach reach) {
  listener_.close();
  occupying_.clear();
  if (reach == Reach::refusing) return;
  listener_ = listen_at(port(), reach == Reach::listening ? listen_backlog : 0);
  if (reach == Reach::cut_off) occupy_the_queue();
}

// While the queue of a listener is full the kernel drops what asks for a connection, as a cut cable does.
void FaultProxy::occupy_the_queue() {
  for (int occupant = 0; occupant < occupants_max; ++occupant) {
    auto socket = begin_to_connect(port());
    pollfd waiting{socket.handle(), POLLOUT, 0};
    if (::poll(&waiting, 1, connect_patience_ms) == 0) return;
    occupying_.push_back(std::move(socket));
  }
}

void FaultProxy::accept_one() {
  OwnedSocket client(::accept4(listener_.handle(), nullptr, nullptr, SOCK_CLOEXEC));
  const std::scoped_lock lock(mutex_);
  if (!client.is_open() || workers_.size() >= connections_max) return;
  ++counts_.connections;
  Worker& worker = workers_.emplace_back();
  worker.thread = std::thread([this, &worker, client = std::move(client)]() mutable {
    ProxiedConnection(*this, std::move(client)).run();
    const std::scoped_lock ended(mutex_);
    worker.ended = true;
  });
}

void FaultProxy::join_ended() {
  std::list<Worker> ended;
  {
    const std::scoped_lock lock(mutex_);
    for (auto each = workers_.begin(); each != workers_.end();) {
      const auto worker = each++;
      if (worker->ended) ended.splice(ended.end(), workers_, worker);
    }
  }
  for (auto& worker : ended) worker.thread.join();
}

}  // namespace tandem::test
