// The simulated network: gateways' calls travel as messages with delays, and reach the NodeService of a
// simulated node in fibers of that node's process. Outcomes are those gateway/nodes/node.hpp promises:
// `unavailable` only when the node's service never saw the call, `outcome_unknown` when it may have.
//
// As with real sockets: a frozen node still takes connections and executes what waits in them when it wakes;
// a request whose sender gave up or died is executed all the same, unless its body was not complete; what
// waits in the sockets of a node that dies is gone.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "gateway/nodes/node.hpp"
#include "tests/sim/runtime/process.hpp"
#include "tests/sim/runtime/scheduler.hpp"

namespace tandem::sim {

struct NetworkFaults {
  Duration delay_min = std::chrono::microseconds(50);
  Duration delay_max = std::chrono::microseconds(500);
  double late = 0;  // share of messages that take up to late_max
  Duration late_max = std::chrono::seconds(4);
  double lose_request = 0;
  double lose_reply = 0;
  double repeat = 0;  // share of calls (not of uploads) that are executed once more, up to late_max later
};

struct TransportTimeouts {
  Duration connect = std::chrono::milliseconds(300);
  Duration request = std::chrono::seconds(1);  // since last progress
};

struct Listener {
  Process* process = nullptr;
  NodeService* service = nullptr;
};

class Network {
 public:
  explicit Network(Scheduler& scheduler) : scheduler_(scheduler), chance_(scheduler.chance().fork()) {}

  void set_faults(const NetworkFaults& faults) { faults_ = faults; }
  const NetworkFaults& faults() const { return faults_; }

  // `process` answers at `address` until it dies or another takes its place. The service must outlive it.
  void listen(const std::string& address, Process& process, NodeService& service);
  void stop_listening(const std::string& address) { listeners_.erase(address); }

  // One way: what `from` sends does not arrive at `to`. A client's host is its process's name, a node's its
  // address.
  void block(const std::string& from, const std::string& to) { blocked_.insert({from, to}); }
  void unblock_all() { blocked_.clear(); }
  bool blocked(const std::string& from, const std::string& to) const { return blocked_.contains({from, to}); }

  // What the gateway of a client process reaches nodes through.
  std::unique_ptr<gateway::Transport> transport(Process& client, const TransportTimeouts& timeouts);

  std::uint64_t calls_made() const { return calls_made_; }

  // A planted bug: calls have no deadline.
  void wait_forever() { waits_forever_ = true; }
  bool waits_forever() const { return waits_forever_; }

  // For the transport.
  Scheduler& scheduler() { return scheduler_; }
  Chance& chance() { return chance_; }
  std::optional<Listener> listener(const std::string& address) const;
  // How long a message takes; nothing: it never arrives.
  std::optional<Duration> fate_of_request(const std::string& from, const std::string& to);
  std::optional<Duration> fate_of_reply(const std::string& from, const std::string& to);
  Duration delay();
  std::uint64_t count_call() { return ++calls_made_; }

 private:
  Scheduler& scheduler_;
  Chance chance_;
  NetworkFaults faults_{};
  std::map<std::string, Listener> listeners_{};
  std::set<std::pair<std::string, std::string>> blocked_{};
  std::uint64_t calls_made_ = 0;
  bool waits_forever_ = false;
};

}  // namespace tandem::sim
