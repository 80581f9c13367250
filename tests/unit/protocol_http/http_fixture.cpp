#include "tests/unit/protocol_http/http_fixture.hpp"

#include <array>

#include "protocol/wire/call_text.hpp"

namespace tandem::protocol {

RawClient::RawClient(Runtime& runtime, std::uint16_t port) : runtime_(runtime) {
  auto address = PeerAddress::resolve({"127.0.0.1", std::to_string(port)});
  EXPECT_TRUE(address);
  auto socket = address->connect(runtime, long_enough);
  EXPECT_TRUE(socket) << to_string(socket.error());
  stream_ = std::make_unique<Stream>(std::move(*socket), runtime, long_enough);
}

bool RawClient::send(std::string_view bytes) {
  return stream_->send(std::as_bytes(std::span(bytes))).outcome == Moved::ok;
}

bool RawClient::receive() {
  std::array<std::byte, 16384> room{};
  const Transfer got = stream_->receive(room, runtime_.now() + long_enough);
  received_.append(reinterpret_cast<const char*>(room.data()), got.bytes);
  EXPECT_NE(got.outcome, Moved::timed_out);
  return got.outcome == Moved::ok;
}

std::string RawClient::reply() {
  std::size_t head_end = std::string::npos;
  while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return "";
  }
  std::size_t length = head_end + 4;
  const std::size_t field = received_.find("Content-Length: ");
  if (field < head_end) length += std::stoul(received_.substr(field + 16, 12));
  while (received_.size() < length) {
    if (!receive()) return "";
  }
  std::string reply = received_.substr(0, length);
  received_.erase(0, length);
  return reply;
}

int RawClient::status() {
  const std::string text = reply();
  return text.size() < 12 ? 0 : std::stoi(text.substr(9, 3));
}

bool RawClient::closed_within(Duration bound) {
  const Instant deadline = runtime_.now() + bound;
  std::array<std::byte, 4096> room{};
  for (;;) {
    const Transfer got = stream_->receive(room, deadline);
    if (got.outcome == Moved::timed_out) return false;
    if (got.outcome != Moved::ok) return true;
  }
}

std::function<void(const Refusal&)> HttpFixture::refusals() {
  return [this](const Refusal& refusal) {
    const std::scoped_lock lock(refusals_mutex_);
    ++refused_[refusal.status];
    last_peer_ = refusal.peer;
  };
}

std::map<int, int> HttpFixture::refused() {
  const std::scoped_lock lock(refusals_mutex_);
  return refused_;
}

std::string HttpFixture::last_peer() {
  const std::scoped_lock lock(refusals_mutex_);
  return last_peer_;
}

void HttpFixture::start(ServerOptions options, const EndpointOptions& endpoint) {
  endpoint_ = std::make_unique<NodeEndpoint>(tree_, &node_, runtime_, endpoint);
  auto started = Server::start(*endpoint_, runtime_, std::move(options));
  ASSERT_TRUE(started) << to_string(started.error());
  server_ = std::move(*started);
}

bool HttpFixture::healthy() {
  RawClient healthy_client = client();
  return healthy_client.send(ping()) && healthy_client.status() == 200;
}

NodeId HttpFixture::node_id() {
  NodeId id;
  id.bytes.fill(0x0E);
  return id;
}

CallGuard HttpFixture::guard_of_joined() {
  ClusterId cluster;
  cluster.bytes.fill(0xC1);
  EXPECT_TRUE(node_.join(cluster, 1));
  return {cluster, node_id(), 1, 41};
}

std::string HttpFixture::ping() {
  const std::string body = write_node_call("node.identify", "");
  return "POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

}  // namespace tandem::protocol
