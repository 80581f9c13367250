// One call under way, as both ends and the network share it. It outlives the process at either end.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/contract/result.hpp"
#include "tests/sim/network/network.hpp"
#include "tests/sim/runtime/process.hpp"

namespace tandem::sim {

// What the connection pool of a client process knows of one node.
struct Route {
  Network& network;
  Process& client;
  const std::string address;
  const TransportTimeouts timeouts;
  std::optional<std::uint32_t> connected_to{};  // the process number of the node's life at the other end
};

// The client's side of waiting for something that a node sends.
class Conversation {
 public:
  Conversation(std::shared_ptr<Route> route, std::string what);

  const std::string& what() const { return what_; }
  Route& route() { return *route_; }
  bool connected() const { return connected_; }
  bool over() const { return abandoned_ || broken_; }  // nobody waits for it

  // For the client. Waits until `ready` says so, the conversation broke, or nothing has moved for as long
  // as the time-outs allow; then the error says what may be concluded.
  template <class Ready>
  Status wait_for(Ready&& ready) {
    while (!ready()) {
      if (broken_) return *broken_;
      if (!wait_once(deadline())) give_up();
    }
    return success();
  }
  template <class Ready>
  bool ready_by(Instant deadline, Ready&& ready) {
    while (!ready() && !broken_) {
      if (!wait_once(deadline)) return ready() || broken_;
    }
    return true;
  }
  void abandon();  // nobody waits at the client any more

  // For the network and the node.
  void connect();
  void progress();  // something arrived at the client
  void break_off(Error error);

 private:
  Instant deadline() const;
  bool wait_once(Instant deadline);
  void give_up();

  std::shared_ptr<Route> route_;
  const std::string what_;
  Instant moved_at_;  // by the client's clock
  bool connected_ = false;
  bool abandoned_ = false;
  std::optional<Error> broken_{};
  std::vector<Waiter> waiters_{};
};

// Bytes on their way in one direction.
class ByteChannel {
 public:
  void push(std::string piece) { pieces_.push_back(std::move(piece)); }
  bool empty() const { return pieces_.empty(); }
  std::string pop() {
    std::string piece = std::move(pieces_.front());
    pieces_.pop_front();
    return piece;
  }
  void push_front(std::string rest) { pieces_.push_front(std::move(rest)); }

 private:
  std::deque<std::string> pieces_{};
};

// Sends a request: connects if need be, then runs `handler` in a fiber of the node's process; more than once
// when `repeatable` and the faults say so. The handler sends its answer by send_reply().
using Handler = std::function<void(NodeService&)>;
void send_request(const std::shared_ptr<Conversation>& conversation, bool repeatable, Handler handler);

// Runs `arrive` at the client when the message from the node gets there; in a fiber of the world's.
void send_reply(const std::shared_ptr<Conversation>& conversation, std::function<void()> arrive);

}  // namespace tandem::sim
