// A TCP proxy between gateways and one daemon of this machine, whose faults are switched while it runs. It
// knows nothing of HTTP but that one side speaks at a time: bytes of a client after bytes of the daemon begin
// a new request.
//
// All calls may be made at the same time. A switch holds when its call returns: no later connection and no
// later request meets the former mode. Threads and connections are gone with the object.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/fault_proxy/request_fate.hpp"
#include "tests/support/fault_proxy/sockets.hpp"
#include "tests/support/local_cluster/ports.hpp"

namespace tandem::test {

class FaultProxy {
 public:
  static constexpr std::size_t connections_max = 256;  // further ones are closed at once

  explicit FaultProxy(std::uint16_t daemon_port);
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  std::uint16_t port() const { return port_.number(); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port()); }

  void pass();
  void refuse();                               // nobody listens; connections are closed
  void cut_off();                              // packets get lost: not even a connection comes about
  void black_hole();                           // connections come about, bytes vanish in both directions
  void slow(std::chrono::milliseconds delay);  // every answer begins that much later
  void judge(Judge judge);                     // every request meets the fate the judge says
  void let_go();                               // of what is held, requests last first; the mode stays

  struct Counts {
    std::uint64_t connections = 0;
    std::uint64_t requests = 0;  // begun, whatever became of them
    std::uint64_t dropped_requests = 0;
    std::uint64_t dropped_replies = 0;
    std::uint64_t held_replies = 0;
    std::uint64_t held_requests = 0;
    std::uint64_t late_requests = 0;  // of those, let go and answered
    std::uint64_t swallowed = 0;
    std::uint64_t forwarded = 0;  // requests of which the daemon's side has been sent something
  };
  Counts counts() const;

 private:
  friend class ProxiedConnection;
  enum class Reach : std::uint8_t { listening, refusing, cut_off };
  struct Mode {
    Reach reach = Reach::listening;
    bool black_hole = false;
    std::chrono::milliseconds delay{};
    Judge judge{};
  };
  struct Worker {
    std::thread thread{};
    bool ended = false;
  };

  void switch_to(Mode mode);
  void accept_and_switch();  // the acceptor's thread
  void apply(Reach reach);
  void occupy_the_queue();
  void accept_one();
  void join_ended();

  const std::uint16_t daemon_port_;
  const ReservedPort port_{};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Mode mode_{};
  std::uint64_t switches_ = 0;  // asked for
  std::uint64_t applied_ = 0;   // of those, the acceptor has applied
  std::uint64_t let_go_ = 0;
  std::set<std::uint64_t> late_;  // numbers of the held requests whose clients have gone
  bool stopping_ = false;
  Counts counts_{};
  std::list<Worker> workers_;
  // The acceptor's own.
  OwnedSocket listener_;
  std::vector<OwnedSocket> occupying_;
  std::thread acceptor_;
};

}  // namespace tandem::test
