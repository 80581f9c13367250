#include "tests/sim/network/network.hpp"

#include "tests/sim/network/simulated_node_connection.hpp"

namespace tandem::sim {
namespace {

class SimTransport final : public gateway::Transport {
 public:
  SimTransport(Network& network, Process& client, const TransportTimeouts& timeouts)
      : network_(network), client_(client), timeouts_(timeouts) {}

  std::shared_ptr<gateway::Node> connect(const std::string& address) override {
    return make_simulated_connection(network_, client_, address, timeouts_);
  }

 private:
  Network& network_;
  Process& client_;
  const TransportTimeouts timeouts_;
};

}  // namespace

void Network::listen(const std::string& address, Process& process, NodeService& service) {
  listeners_[address] = {&process, &service};
}

std::optional<Listener> Network::listener(const std::string& address) const {
  const auto found = listeners_.find(address);
  if (found == listeners_.end() || !found->second.process->alive()) return std::nullopt;
  return found->second;
}

Duration Network::delay() {
  if (chance_.happens(faults_.late)) return chance_.duration(faults_.delay_max, faults_.late_max);
  return chance_.duration(faults_.delay_min, faults_.delay_max);
}

std::optional<Duration> Network::fate_of_request(const std::string& from, const std::string& to) {
  if (blocked(from, to) || chance_.happens(faults_.lose_request)) return std::nullopt;
  return delay();
}

std::optional<Duration> Network::fate_of_reply(const std::string& from, const std::string& to) {
  if (blocked(from, to) || chance_.happens(faults_.lose_reply)) return std::nullopt;
  return delay();
}

std::unique_ptr<gateway::Transport> Network::transport(Process& client, const TransportTimeouts& timeouts) {
  return std::make_unique<SimTransport>(*this, client, timeouts);
}

}  // namespace tandem::sim
