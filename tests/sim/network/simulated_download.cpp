#include "tests/sim/network/simulated_download.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tandem::sim {
namespace {

constexpr std::size_t piece_bytes = std::size_t{64} * 1024;

struct Arrival {
  std::shared_ptr<Conversation> conversation{};
  std::optional<Result<FetchHead>> head{};
  ByteChannel body{};
  bool complete = false;  // the last byte is in `body`
  bool cut = false;       // the node broke off behind the head
};

// What the node found, read to its end before it is sent: a connection carries it in order. As on a real
// one, a failure before the first byte can be told, a later one only by breaking off.
struct Outgoing {
  Result<FetchHead> head;
  std::vector<std::string> pieces{};
  bool whole = false;
};

Outgoing read_at_the_node(NodeService& node, const CallGuard& guard, const FetchRequest& request) {
  auto source = node.fetch(guard, request);
  if (!source) return {source.error()};
  Outgoing outgoing{(*source)->head()};
  std::string piece(piece_bytes, '\0');
  while (true) {
    const auto length = (*source)->read(std::as_writable_bytes(std::span(piece)));
    if (!length && outgoing.pieces.empty()) return {length.error()};
    if (!length) return outgoing;
    if (*length == 0) break;
    outgoing.pieces.push_back(piece.substr(0, *length));
  }
  outgoing.whole = true;
  return outgoing;
}

void send_body(const std::shared_ptr<Arrival>& arrival, Outgoing&& outgoing) {
  send_reply(arrival->conversation, [arrival, outgoing = std::move(outgoing)] {
    for (const std::string& piece : outgoing.pieces) arrival->body.push(piece);
    arrival->complete = outgoing.whole;
    arrival->cut = !outgoing.whole;
  });
}

void serve(const std::shared_ptr<Arrival>& arrival, const CallGuard& guard, const FetchRequest& request,
           NodeService& node) {
  Outgoing outgoing = read_at_the_node(node, guard, request);
  send_reply(arrival->conversation, [arrival, outgoing = std::move(outgoing)]() mutable {
    if (arrival->head) return;  // a repeated call's
    arrival->head = outgoing.head;
    if (outgoing.head) send_body(arrival, std::move(outgoing));
  });
}

class SimDownload final : public gateway::Download {
 public:
  explicit SimDownload(std::shared_ptr<Arrival> arrival) : arrival_(std::move(arrival)) {}
  ~SimDownload() override { arrival_->conversation->abandon(); }

  bool ready_by(Instant deadline) override {
    return arrival_->conversation->ready_by(deadline, [this] { return arrival_->head.has_value(); });
  }

  Result<FetchHead> head() override {
    const Status waited = arrival_->conversation->wait_for([this] { return arrival_->head.has_value(); });
    if (!waited) return waited.error();
    return *arrival_->head;
  }

  Result<std::size_t> read(std::span<std::byte> out) override {
    Arrival& arrival = *arrival_;
    const Status waited = arrival.conversation->wait_for(
        [&] { return !arrival.body.empty() || arrival.complete || arrival.cut; });
    if (!waited) return waited.error();
    if (arrival.body.empty()) {
      if (arrival.complete) return std::size_t{0};
      return Error{Code::unavailable, "connection cut within the content"}.on(
          arrival.conversation->route().address);
    }
    std::string piece = arrival.body.pop();
    const std::size_t length = std::min(piece.size(), out.size());
    std::memcpy(out.data(), piece.data(), length);
    if (length < piece.size()) arrival.body.push_front(piece.substr(length));
    return length;
  }

 private:
  std::shared_ptr<Arrival> arrival_;
};

}  // namespace

std::unique_ptr<gateway::Download> start_download(std::shared_ptr<Route> route, const CallGuard& guard,
                                                  const FetchRequest& request) {
  auto arrival = std::make_shared<Arrival>();
  arrival->conversation = std::make_shared<Conversation>(std::move(route), "fetch");
  send_request(arrival->conversation, true,
               [arrival, guard, request](NodeService& node) { serve(arrival, guard, request, node); });
  return std::make_unique<SimDownload>(std::move(arrival));
}

}  // namespace tandem::sim
