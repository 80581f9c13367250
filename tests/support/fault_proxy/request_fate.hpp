// What becomes of a request on its way through a FaultProxy, and who decides it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tandem::test {

enum class Fate : std::uint8_t {
  pass,
  drop_request,  // the daemon never hears of it; the connection is closed
  drop_reply,    // the daemon has answered; nobody hears it, the connection is closed
  hold_reply,    // the same, but the connection is closed only when the proxy is told to let go
  hold_request,  // the daemon hears of it when the client has gone and the proxy is told to let go
  swallow,       // the daemon never hears of it, and the client waits
};

// Decides by a request's beginning: its first line, and of an XML-RPC call also the method's name. Called by
// one thread at a time.
using Judge = std::function<Fate(std::string_view beginning)>;

// Requests in which `text` stands (a method's name, "PUT /objects/") meet `fate`, the others pass.
Judge only(std::string text, Fate fate);

// Shares of all requests, 0 to 1, by chance from a seed: the same seed deals the same fates in the same
// order.
struct Losses {
  std::uint64_t seed = 1;
  double requests = 0;
  double replies = 0;
};
Judge losing(const Losses& losses);

}  // namespace tandem::test
