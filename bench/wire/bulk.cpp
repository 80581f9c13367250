#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/wire/bare_responder.hpp"
#include "bench/wire/daemon.hpp"
#include "bench/wire/rows.hpp"
#include "bench/wire/wire_client.hpp"
#include "bench/workloads/processes.hpp"
#include "protocol/contract/limits.hpp"

namespace tandem::bench {
namespace {

constexpr std::size_t bulk_bytes = 64 << 20;
constexpr std::size_t send_bytes = std::size_t{256} * 1024;
const std::string done = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
constexpr double megabyte = 1e6;

template <class Act>
double megabytes_a_second(Act act) {
  const double start = monotonic_seconds();
  act();
  return static_cast<double>(bulk_bytes) / megabyte / (monotonic_seconds() - start);
}

void send_bulk(WireClient& client, const std::string& head, const std::string& piece) {
  client.send(head);
  for (std::size_t sent = 0; sent < bulk_bytes; sent += piece.size()) client.send(piece);
  client.take_reply();
}

class Bulk {
 public:
  explicit Bulk(const WireOptions& options) : options_(options), daemon_(options.storaged, -1) {
    send_bulk(to_daemon_, daemon_.put_head(object_number(1), {1, 1}, bulk_bytes), piece_);
    to_daemon_.send(daemon_.settle(object_number(1), {1, 1}, std::string(bulk_bytes, piece_.front())));
    to_daemon_.take_reply();
  }

  void measure_get() {
    measure(
        "wire_get_64m", "GET of 64 MiB, every block checked by the node", [this] { get(); },
        [this](WireClient& client) {
          client.send("GET /" + std::to_string(bulk_bytes) + " HTTP/1.1\r\n\r\n");
          client.take_reply();
        });
  }
  void measure_put() {
    measure(
        "wire_put_64m", "PUT of 64 MiB, checksums computed and kept, not synced", [this] { put(); },
        [this](WireClient& client) {
          send_bulk(client, "PUT / HTTP/1.1\r\nContent-Length: " + std::to_string(bulk_bytes) + "\r\n\r\n",
                    piece_);
        });
  }

 private:
  void get() {
    for (std::uint64_t offset = 0; offset < bulk_bytes; offset += limits::fetch_bytes_max) {
      to_daemon_.send(daemon_.get(object_number(1), {1, 1}, offset, limits::fetch_bytes_max));
      to_daemon_.take_reply();
    }
  }
  void put() {
    ++attempt_;
    send_bulk(to_daemon_, daemon_.put_head(object_number(2), {1, attempt_}, bulk_bytes), piece_);
  }

  template <class Subject, class Floor>
  void measure(const std::string& name, const std::string& title, Subject subject, Floor floor) {
    if (!options_.wanted(name)) return;
    Row row;
    row.name = name;
    row.title = title;
    row.unit = "MB/s";
    row.floor_is = "64 MiB between two processes over loopback TCP, from and to memory";
    row.conditions = {{"client", "one connection, blocking; takes what comes"},
                      {"requests", "GETs of 16 MiB, the most a node hands out at once; one PUT"},
                      {"data", "in the page cache of the disk below TMPDIR"}};
    row.target = Target{Target::Against::floor, 0.6, {}};
    subject();
    floor(to_floor_);
    floor(to_others_);
    std::vector<double> others;
    std::vector<double> written;
    for (int pair = 0; pair < options_.pairs; ++pair) {
      row.samples.push_back(megabytes_a_second(subject));
      drop_put();
      row.floor_samples.push_back(megabytes_a_second([&] { floor(to_floor_); }));
    }
    for (int pair = 0; pair < options_.pairs; ++pair) {
      others.push_back(megabytes_a_second([&] { floor(to_others_); }));
      written.push_back(megabytes_a_second([&] { write_file(); }));
    }
    row.details = {{"floor_through_any_other_sockets", spread_of(others).median},
                   {"write_alone", spread_of(written).median}};
    print(row);
  }
  // What a node does with the bytes of a PUT besides receiving and hashing them.
  void write_file() const {
    std::FILE* file = std::tmpfile();
    if (file == nullptr) throw std::runtime_error("no temporary file");
    for (std::size_t written = 0; written < bulk_bytes; written += limits::block_bytes)
      if (::write(::fileno(file), piece_.data(), limits::block_bytes) != limits::block_bytes)
        throw std::runtime_error("the temporary file cannot be written");
    if (std::fclose(file) != 0) throw std::runtime_error("the temporary file cannot be closed");
  }
  void drop_put() {
    for (; dropped_ < attempt_; ++dropped_) {
      to_daemon_.send(daemon_.drop(object_number(2), {1, dropped_ + 1}));
      to_daemon_.take_reply();
    }
  }

  const WireOptions& options_;
  const Daemon daemon_;
  const BareResponder floor_{done, -1};
  const BareResponder others_{done, -1, Setup::any_others};
  WireClient to_daemon_{daemon_.port()};
  WireClient to_floor_{floor_.port()};
  WireClient to_others_{others_.port(), Setup::any_others};
  const std::string piece_ = std::string(send_bytes, 'x');
  std::uint64_t attempt_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace

void measure_bulk(const WireOptions& options) {
  Bulk bulk(options);
  bulk.measure_get();
  bulk.measure_put();
}

}  // namespace tandem::bench
