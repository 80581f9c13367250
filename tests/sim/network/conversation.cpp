#include "tests/sim/network/conversation.hpp"

#include <utility>

namespace tandem::sim {
namespace {

// The handshake; false when there is no connection. A frozen node's kernel takes part in it.
bool connect_to_node(Conversation& conversation) {
  Route& route = conversation.route();
  Network& network = route.network;
  const std::string& here = route.client.name();
  const auto there = network.fate_of_request(here, route.address);
  const auto back = network.fate_of_reply(route.address, here);
  if (!there || !back) return false;  // silence; the client's time-out speaks
  network.scheduler().pause(*there + *back, *there + *back);
  const auto listener = network.listener(route.address);
  if (!listener) {
    conversation.break_off(Error{Code::unavailable, "connection refused"}.on(route.address));
    return false;
  }
  route.connected_to = listener->process->number();
  return true;
}

// The life of the node at the other end of the connection, unless it is gone.
std::optional<Listener> other_end(Route& route, std::uint32_t life) {
  auto listener = route.network.listener(route.address);
  if (!listener || listener->process->number() != life) return std::nullopt;
  return listener;
}

void deliver(const std::shared_ptr<Conversation>& conversation, std::uint32_t life, const Handler& handler) {
  Route& route = conversation->route();
  const auto listener = other_end(route, life);
  if (!listener) {
    if (route.connected_to == life) route.connected_to.reset();
    conversation->break_off(Error{Code::outcome_unknown, "connection reset"}.on(route.address));
    return;
  }
  NodeService* service = listener->service;
  route.network.scheduler().spawn(*listener->process, conversation->what() + " for " + route.client.name(),
                                  [service, handler] { handler(*service); });
}

void travel(const std::shared_ptr<Conversation>& conversation, bool repeatable, const Handler& handler) {
  Route& route = conversation->route();
  Network& network = route.network;
  // A connection whose other end has died is noticed before it is used again.
  if (route.connected_to && !other_end(route, *route.connected_to)) route.connected_to.reset();
  if (!route.connected_to && !connect_to_node(*conversation)) return;
  if (conversation->over() || !route.client.alive()) return;  // whoever gave up connecting sends nothing
  const std::uint32_t life = *route.connected_to;
  conversation->connect();
  if (const auto delay = network.fate_of_request(route.client.name(), route.address)) {
    network.scheduler().pause(*delay, *delay);
    deliver(conversation, life, handler);
  }
  if (!repeatable || !network.chance().happens(network.faults().repeat)) return;
  network.scheduler().pause(Duration(0), network.faults().late_max);
  if (other_end(route, life)) deliver(conversation, life, handler);
}

}  // namespace

Conversation::Conversation(std::shared_ptr<Route> route, std::string what)
    : route_(std::move(route)), what_(std::move(what)), moved_at_(route_->client.now()) {
  route_->network.count_call();
}

Instant Conversation::deadline() const {
  if (route_->network.waits_forever()) return Instant::max();
  return moved_at_ + (connected_ ? route_->timeouts.request : route_->timeouts.connect);
}

bool Conversation::wait_once(Instant deadline) {
  Scheduler& scheduler = route_->network.scheduler();
  waiters_.push_back(scheduler.waiter());
  return scheduler.wait_until(route_->client.world_time_of(deadline), what_) ||
         route_->client.now() < deadline;
}

void Conversation::give_up() {
  if (route_->client.now() < deadline()) return;  // it moved meanwhile
  if (!connected_) {
    break_off(Error{Code::unavailable, "no connection in time"}.on(route_->address));
    return;
  }
  route_->connected_to.reset();
  break_off(Error{Code::outcome_unknown, "no answer in time"}.on(route_->address));
}

void Conversation::abandon() {
  abandoned_ = true;
}

void Conversation::connect() {
  if (connected_) return;
  connected_ = true;
  progress();
}

void Conversation::progress() {
  moved_at_ = route_->client.now();
  for (const Waiter& waiter : std::exchange(waiters_, {})) route_->network.scheduler().wake(waiter);
}

void Conversation::break_off(Error error) {
  if (!broken_) {
    route_->network.scheduler().note(
        [&] { return what_ + " of " + route_->client.name() + " breaks off: " + to_string(error); });
    broken_ = std::move(error);
  }
  progress();
}

void send_request(const std::shared_ptr<Conversation>& conversation, bool repeatable, Handler handler) {
  Scheduler& scheduler = conversation->route().network.scheduler();
  scheduler.spawn(scheduler.world(), "request " + conversation->what(),
                  [conversation, repeatable, handler = std::move(handler)] {
                    travel(conversation, repeatable, handler);
                  });
}

void send_reply(const std::shared_ptr<Conversation>& conversation, std::function<void()> arrive) {
  Route& route = conversation->route();
  Network& network = route.network;
  const auto delay = network.fate_of_reply(route.address, route.client.name());
  if (!delay) return;
  Scheduler& scheduler = network.scheduler();
  scheduler.spawn(scheduler.world(), "reply " + conversation->what(),
                  [conversation, &scheduler, delay, arrive = std::move(arrive)] {
                    scheduler.pause(*delay, *delay);
                    arrive();
                    conversation->progress();
                  });
}

}  // namespace tandem::sim
