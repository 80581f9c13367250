// What RemoteNode makes of nodes that fail, stall and restart: the outcomes node.hpp promises.
#include <sys/socket.h>

#include "gateway/nodes/remote/http_transport.hpp"
#include "tests/unit/protocol_http/http_fixture.hpp"

namespace tandem::protocol {
namespace {

// Accepts connections and answers each with the same bytes, or with silence.
class FakeNode {
 public:
  FakeNode(Runtime& runtime, const std::string& answer, bool close_behind)
      : listener_(std::move(*listen_on({"127.0.0.1", "0"}, 16))) {
    thread_ = runtime.spawn("fake node", [this, &runtime, answer, close_behind] {
      std::vector<std::unique_ptr<Stream>> held;
      for (;;) {
        Socket socket(accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!socket.is_open()) return;
        Stream stream(std::move(socket), runtime, long_enough);
        std::byte room[4096];
        static_cast<void>(stream.receive(room, runtime.now() + long_enough));
        stream.send(std::as_bytes(std::span(answer)));
        if (!close_behind) held.push_back(std::make_unique<Stream>(std::move(stream)));
      }
    });
  }
  ~FakeNode() {
    ::shutdown(listener_.descriptor(), SHUT_RDWR);
    thread_.reset();
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_of(listener_)); }

 private:
  Socket listener_;
  std::unique_ptr<Task> thread_{};
};

class RemoteNodeOutcomes : public HttpFixture {
 protected:
  std::shared_ptr<gateway::Node> node_at(const std::string& address, Duration request = long_enough) {
    transport_ = std::make_unique<gateway::HttpTransport>(
        runtime_, gateway::HttpTransportOptions{.connect = long_enough, .request = request});
    return transport_->connect(address);
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(server_->port()); }
  static ObjectId id() {
    ObjectId id;
    id.bytes.fill(1);
    return id;
  }
  static StageRequest stage_request(std::optional<std::uint64_t> size) {
    return {.id = id(), .stamp = {1, 1}, .session = 1, .size_bytes = size};
  }
  Code outcome_of_stage(gateway::Node& node, std::string_view content) {
    auto upload = node.stage(guard_, stage_request(content.size()));
    static_cast<void>(upload->write(std::as_bytes(std::span(content))));
    static_cast<void>(upload->finish_sending());
    return upload->collect().code();
  }
  CallGuard guard_{};
  SettleItem removal_{.id = id(), .revision = 9, .removed = true};
  std::unique_ptr<gateway::HttpTransport> transport_{};
};

TEST_F(RemoteNodeOutcomes, ANodeThatIsNotThereIsUnavailableForEveryCall) {
  start();
  const std::string gone = address();
  server_->stop(Duration::zero());
  const auto node = node_at(gone);
  EXPECT_EQ(node->identify()->collect().code(), Code::unavailable);
  EXPECT_EQ(node->settle(guard_, std::span(&removal_, 1), true)->collect().code(), Code::unavailable);
  EXPECT_EQ(node->fetch(guard_, {.id = id(), .stamp = {1, 1}, .length = 1})->head().code(),
            Code::unavailable);
  EXPECT_EQ(outcome_of_stage(*node, "bytes"), Code::unavailable);
  EXPECT_EQ(node->identify()->collect().error().node, gone);
}

TEST_F(RemoteNodeOutcomes, AFrozenNodeIsUnavailableForReadsAndUnknownForChanges) {
  const FakeNode frozen(runtime_, "", false);
  const auto node = node_at(frozen.address(), milliseconds(100));
  const Instant before = runtime_.now();
  auto identify = node->identify();
  auto settle = node->settle(guard_, std::span(&removal_, 1), true);
  auto join = node->join({}, 1);
  auto fetch = node->fetch(guard_, {.id = id(), .stamp = {1, 1}, .length = 1});
  EXPECT_FALSE(fetch->ready_by(runtime_.now() + milliseconds(5)));
  EXPECT_EQ(identify->collect().code(), Code::unavailable);
  EXPECT_EQ(settle->collect().code(), Code::outcome_unknown);
  EXPECT_EQ(join->collect().code(), Code::outcome_unknown);
  EXPECT_EQ(fetch->head().code(), Code::unavailable);
  EXPECT_EQ(outcome_of_stage(*node, "bytes"), Code::outcome_unknown);
  EXPECT_LT(since(before), std::chrono::seconds(5)) << "the waits ran side by side";
}

TEST_F(RemoteNodeOutcomes, ANodeThatClosesWithoutAnswerIsTreatedAlike) {
  const FakeNode closing(runtime_, "", true);
  const auto node = node_at(closing.address());
  EXPECT_EQ(node->identify()->collect().code(), Code::unavailable);
  EXPECT_EQ(node->settle(guard_, std::span(&removal_, 1), true)->collect().code(), Code::outcome_unknown);
  EXPECT_EQ(outcome_of_stage(*node, "bytes"), Code::outcome_unknown);
}

TEST_F(RemoteNodeOutcomes, SomebodyElseBehindThePortIsNotTakenForANode) {
  for (const char* answer : {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                             "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nuntil the end"}) {
    const FakeNode other(runtime_, answer, true);
    const auto node = node_at(other.address());
    EXPECT_EQ(node->identify()->collect().code(), Code::unsupported) << answer;
    EXPECT_FALSE(node->fetch(guard_, {.id = id(), .stamp = {1, 1}, .length = 1})->head());
    const Code staged = outcome_of_stage(*node, "bytes");
    EXPECT_TRUE(staged == Code::outcome_unknown || staged == Code::unsupported) << to_string(staged);
  }
}

TEST_F(RemoteNodeOutcomes, ABrokenOffContentIsAnErrorNotAnEnd) {
  const FakeNode breaking(
      runtime_,
      "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nTandem-Answer: ok\r\nTandem-Revision: 1\r\n"
      "Tandem-Size: 100\r\nTandem-Offset: 0\r\nTandem-Digest: " +
          std::string(32, '0') + "\r\nTandem-Checksums: 0000000000000000\r\n\r\nonly this",
      true);
  const auto node = node_at(breaking.address());
  auto fetch = node->fetch(guard_, {.id = id(), .stamp = {1, 1}, .length = 100});
  ASSERT_TRUE(fetch->head());
  std::byte room[200];
  auto got = fetch->read(room);
  while (got && *got > 0) got = fetch->read(room);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.code(), Code::unavailable);
}

TEST_F(RemoteNodeOutcomes, ReadsAndSettlesSurviveARestartedNode) {
  guard_ = guard_of_joined();
  start();
  const std::uint16_t port = server_->port();
  const auto node = node_at(address());
  ASSERT_TRUE(node->identify()->collect());
  const auto restart = [&] {
    server_.reset();
    start({.listen = "127.0.0.1:" + std::to_string(port)});
  };
  restart();
  EXPECT_TRUE(node->identify()->collect());
  restart();
  EXPECT_TRUE(node->settle(guard_, std::span(&removal_, 1), true)->collect());
  restart();
  EXPECT_EQ(node->fetch(guard_, {.id = id(), .stamp = {1, 1}, .length = 1})->head()->answer, Answer::absent);
  restart();
  EXPECT_EQ(outcome_of_stage(*node, "bytes"), Code::ok) << "a kept connection was seen to be closed";
}

TEST_F(RemoteNodeOutcomes, BeginningACallIsSendingIt) {
  guard_ = guard_of_joined();
  std::atomic<int> served = 0;
  start({}, {.on_served = [&](const Served&) { ++served; }});
  const auto node = node_at(address());
  auto one = node->identify();
  auto two = node->settle(guard_, std::span(&removal_, 1), true);
  EXPECT_TRUE(becomes_true([&] { return served == 2; })) << "both were served before either was collected";
  EXPECT_TRUE(one->collect());
  EXPECT_TRUE(two->collect());
}

TEST_F(RemoteNodeOutcomes, AnAbandonedCallDisturbsNoOther) {
  guard_ = guard_of_joined();
  start();
  const auto node = node_at(address());
  for (int i = 0; i < 20; ++i) {
    static_cast<void>(node->identify());
    static_cast<void>(node->fetch(guard_, {.id = id(), .stamp = {1, 1}, .length = 1}));
    static_cast<void>(node->stage(guard_, stage_request(5)));
    auto upload = node->stage(guard_, stage_request(1'000'000));
    const std::string part(100'000, 'x');
    EXPECT_TRUE(upload->write(std::as_bytes(std::span(part))));
    upload.reset();
    ASSERT_TRUE(node->identify()->collect());
  }
}

TEST_F(RemoteNodeOutcomes, ARefusalDuringALongUploadKeepsItsReason) {
  start();
  guard_ = guard_of_joined();
  guard_.run = 1;  // of another life: refused before any byte is read
  const auto node = node_at(address());
  const std::string part(1 << 20, 'x');
  auto upload = node->stage(guard_, stage_request(64 << 20));
  Status sent = success();
  for (int i = 0; i < 64 && sent; ++i) sent = upload->write(std::as_bytes(std::span(part)));
  if (sent) sent = upload->finish_sending();
  const Code code = sent ? upload->collect().code() : sent.code();
  EXPECT_EQ(code, Code::stale);
}

TEST_F(RemoteNodeOutcomes, TheSecretIsNamedWhenItIsWrong) {
  start({.secret = "right"});
  const auto node = node_at(address());
  const auto identity = node->identify()->collect();
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.code(), Code::denied);
  EXPECT_NE(identity.error().mend.find("secret_file"), std::string::npos);
  EXPECT_EQ(outcome_of_stage(*node, "bytes"), Code::denied);
}

TEST_F(RemoteNodeOutcomes, AConnectionInUseIsNotSharedByThreads) {
  guard_ = guard_of_joined();
  start();
  const auto node = node_at(address());
  std::atomic<int> good = 0;
  std::vector<std::unique_ptr<Task>> tasks;
  tasks.reserve(8);
  for (int t = 0; t < 8; ++t) {
    tasks.push_back(runtime_.spawn("caller", [&, t] {
      for (int i = 0; i < 50; ++i) {
        ObjectId mine = id();
        mine.bytes[1] = static_cast<std::uint8_t>(t);
        const auto states = node->look(guard_, std::span(&mine, 1), 0)->collect();
        if (states && states->size() == 1 && states->front().id == mine) ++good;
      }
    }));
  }
  tasks.clear();
  EXPECT_EQ(good, 400);
}

}  // namespace
}  // namespace tandem::protocol
