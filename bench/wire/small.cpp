#include <atomic>
#include <memory>
#include <thread>

#include "bench/wire/bare_responder.hpp"
#include "bench/wire/daemon.hpp"
#include "bench/wire/rows.hpp"
#include "bench/wire/wire_client.hpp"
#include "bench/workloads/processes.hpp"

namespace tandem::bench {
namespace {

constexpr std::size_t small_bytes = 4096;
constexpr Stamp stamp{1, 1};

// Requests a second over so many connections, one thread each.
double rate_of(std::uint16_t port, const std::string& request, int connections, double seconds) {
  std::atomic<std::uint64_t> total = 0;
  const auto talk = [&] {
    WireClient client(port);
    std::uint64_t count = 0;
    for (const double end = monotonic_seconds() + seconds; monotonic_seconds() < end; count += 16) {
      for (int i = 0; i < 16; ++i) {
        client.send(request);
        client.take_reply();
      }
    }
    total += count;
  };
  const double start = monotonic_seconds();
  std::vector<std::thread> threads;
  for (int i = 1; i < connections; ++i) threads.emplace_back(talk);
  talk();
  for (auto& thread : threads) thread.join();
  return static_cast<double>(total) / (monotonic_seconds() - start);
}

struct Small {
  std::string name;
  std::string title;
  std::string request;  // of the subject
  std::string floor_is;
  std::string floor_request;
  double target;
};

void measure_one(const WireOptions& options, const Small& small, int connections, const Daemon& daemon,
                 const BareResponder& floor) {
  Row row;
  row.name = small.name + "_" + std::to_string(connections);
  if (!options.wanted(row.name)) return;
  row.title =
      small.title + ", " + std::to_string(connections) + (connections == 1 ? " connection" : " connections");
  row.unit = "ops/s";
  row.floor_is = small.floor_is;
  row.conditions = {{"client", "blocking socket, one request at a time"},
                    {"cores", connections == 1 ? "client and server on one" : "all"}};
  row.target = Target{Target::Against::floor, small.target, {}};
  for (int pair = 0; pair < options.pairs; ++pair) {
    row.samples.push_back(rate_of(daemon.port(), small.request, connections, options.seconds));
    row.floor_samples.push_back(rate_of(floor.port(), small.floor_request, connections, options.seconds));
  }
  print(row);
}

}  // namespace

void measure_small(const WireOptions& options) {
  for (const int connections : {1, 8}) {
    const int core = connections == 1 ? 0 : -1;  // else a lone request waits for a sleeping core to wake up
    const Daemon daemon(options.storaged, core);
    std::string ping_reply;
    {
      WireClient client(daemon.port());
      const std::string content(small_bytes, 'x');
      client.send(daemon.put_head(object_number(1), stamp, small_bytes) + content);
      client.take_reply();
      client.send(daemon.settle(object_number(1), stamp, content));
      client.take_reply();
      client.send(daemon.ping());
      ping_reply = client.take_text();
    }
    const BareResponder floor("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: " +
                                  std::to_string(ping_reply.size()) + "\r\n\r\n" + ping_reply,
                              core);
    run_on_core(core);
    measure_one(options,
                {"wire_ping", "ping (node.identify)", daemon.ping(), "the same bytes answered, unread",
                 daemon.ping(), 0.7},
                connections, daemon, floor);
    measure_one(
        options,
        {"wire_get_4k", "guarded GET of 4 KiB, checked", daemon.get(object_number(1), stamp, 0, small_bytes),
         "a GET of 100 bytes from memory", "GET /100 HTTP/1.1\r\nHost: node\r\n\r\n", 0.6},
        connections, daemon, floor);
    run_on_core(-1);
  }
}

}  // namespace tandem::bench
