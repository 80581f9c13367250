// One connection through a FaultProxy; lives in a thread of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/support/fault_proxy/fault_proxy.hpp"

namespace tandem::test {

class ProxiedConnection {
 public:
  ProxiedConnection(FaultProxy& proxy, OwnedSocket client) : proxy_(proxy), client_(std::move(client)) {}
  // Until either side, the mode or the proxy's end closes it.
  void run();

 private:
  bool open();
  bool look_at_mode();  // false: to be closed
  bool from_client();
  bool from_daemon();
  void begin_request();
  bool decide();
  bool forward(const OwnedSocket& to, std::string_view bytes);
  bool begin_reply();
  bool hold_reply();
  bool deliver_late();
  bool deliver();
  bool is_let_go() const { return proxy_.stopping_ || proxy_.let_go_ != let_go_before_; }
  void wait(std::chrono::milliseconds delay);

  FaultProxy& proxy_;
  OwnedSocket client_;
  OwnedSocket daemon_;
  std::uint64_t seen_switches_ = 0;
  std::uint64_t let_go_before_ = 0;  // when the present request or reply was held
  std::uint64_t held_as_ = 0;        // the number of the present request among those held
  bool swallowing_ = false;
  bool in_request_ = false;  // the client spoke last
  bool decided_ = false;
  Fate fate_ = Fate::pass;
  std::string beginning_;  // of the request, not passed on before its fate is decided; all of it when held
};

}  // namespace tandem::test
