#include "tests/sim/network/network.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tandem::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A node that counts what reaches it and keeps staged bytes by object.
class CountingNode final : public NodeService {
 public:
  int identified = 0;
  int settled = 0;
  std::map<ObjectId, std::string> bodies{};
  std::function<void()> while_settling{};

  Result<NodeIdentity> identify() override {
    ++identified;
    return NodeIdentity{.run = 7};
  }
  Result<std::vector<Answer>> settle(const CallGuard&, std::span<const SettleItem> items, bool) override {
    ++settled;
    if (while_settling) while_settling();
    return std::vector<Answer>(items.size(), Answer::ok);
  }
  Result<std::unique_ptr<StageSink>> stage(const CallGuard&, const StageRequest& request) override {
    struct Sink final : StageSink {
      CountingNode& node;
      ObjectId id;
      std::string body{};
      Sink(CountingNode& owner, ObjectId object) : node(owner), id(object) {}
      Status write(std::span<const std::byte> bytes) override {
        body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return success();
      }
      Result<StageReply> finish() override {
        node.bodies[id] = body;
        return StageReply{.size_bytes = body.size()};
      }
    };
    return std::unique_ptr<StageSink>(std::make_unique<Sink>(*this, request.id));
  }
  Result<std::unique_ptr<ContentSource>> fetch(const CallGuard&, const FetchRequest& request) override {
    struct Source final : ContentSource {
      FetchHead start{};
      std::string body;
      explicit Source(std::string content) : body(std::move(content)) {
        start.answer = Answer::ok;
        start.size_bytes = start.length = body.size();
      }
      const FetchHead& head() const override { return start; }
      Result<std::size_t> read(std::span<std::byte> out) override {
        const std::size_t length = std::min(out.size(), body.size());
        std::memcpy(out.data(), body.data(), length);
        body.erase(0, length);
        return length;
      }
    };
    return std::unique_ptr<ContentSource>(std::make_unique<Source>(bodies[request.id]));
  }
  Result<NodeStatus> status() override { return NodeStatus{}; }
  Status join(const ClusterId&, Epoch) override { return success(); }
  Status adopt_epoch(const CallGuard&, Epoch) override { return success(); }
  Result<std::vector<ObjectState>> look(const CallGuard&, std::span<const ObjectId>, std::uint64_t) override {
    return std::vector<ObjectState>{};
  }
  Result<InventoryPage> inventory(const CallGuard&, std::optional<ObjectId>, std::size_t) override {
    return InventoryPage{};
  }
  Result<std::vector<StagedState>> staged(const CallGuard&, std::size_t) override {
    return std::vector<StagedState>{};
  }
  Status drop_staged(const CallGuard&, std::span<const StagedState>) override { return success(); }
  Result<Answer> verify(const CallGuard&, const ObjectId&, const Stamp&) override { return Answer::ok; }
  Result<std::vector<TreeEntry>> tree(const CallGuard&, const std::string&, std::size_t) override {
    return std::vector<TreeEntry>{};
  }
};

constexpr const char* address = "node:1";

// A client and a node; `body` runs as the client.
struct World {
  explicit World(std::uint64_t seed) : scheduler(seed) {}

  void run(const std::function<void(gateway::Node&)>& body) {
    const RunReport report = scheduler.run([&] {
      network = std::make_unique<Network>(scheduler);
      client = &scheduler.make_process("client");
      node_process = &scheduler.make_process("node");
      network->listen(address, *node_process, node);
      auto transport = network->transport(*client, {});
      auto connection = transport->connect(address);
      auto task = client->spawn("caller", [&] { body(*connection); });
      task.reset();
    });
    EXPECT_FALSE(report.failure) << *report.failure;
  }

  Scheduler scheduler;
  CountingNode node{};
  std::unique_ptr<Network> network{};
  Process* client = nullptr;
  Process* node_process = nullptr;
};

ObjectId some_id() {
  return ObjectId{{1, 2, 3}};
}

TEST(Network, CallsGoToSeveralNodesAtOnceAndAnswersComeBack) {
  World world(1);
  world.run([&](gateway::Node& node) {
    const Instant begun = world.client->now();
    std::vector<std::unique_ptr<gateway::Pending<NodeIdentity>>> pending;
    pending.reserve(10);
    for (int count = 0; count < 10; ++count) pending.push_back(node.identify());
    for (auto& each : pending) EXPECT_EQ(each->collect()->run, 7U);
    EXPECT_LT(world.client->now() - begun, milliseconds(5));
  });
  EXPECT_EQ(world.node.identified, 10);
}

TEST(Network, AnUploadArrivesWholeAndComesBackByADownload) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    World world(seed);
    world.run([&](gateway::Node& node) {
      std::string content(700'000, 'x');
      for (std::size_t at = 0; at < content.size(); ++at) content[at] = static_cast<char>(at * 7);
      auto upload = node.stage({}, {.id = some_id()});
      for (std::size_t at = 0; at < content.size(); at += 100'000) {
        ASSERT_TRUE(upload->write(std::as_bytes(std::span(content).subspan(at, 100'000))));
      }
      ASSERT_TRUE(upload->finish_sending());
      EXPECT_EQ(upload->collect()->size_bytes, content.size());
      auto download = node.fetch({}, {.id = some_id()});
      EXPECT_TRUE(download->ready_by(world.client->now() + seconds(1)));
      EXPECT_EQ(download->head()->size_bytes, content.size());
      std::string got;
      std::vector<std::byte> buffer(9'999);
      while (const std::size_t length = download->read(buffer).value()) {
        got.append(reinterpret_cast<const char*>(buffer.data()), length);
      }
      EXPECT_EQ(got, content);
    });
  }
}

TEST(Network, AnUploadLeftUnfinishedLeavesNothing) {
  World world(1);
  world.run([&](gateway::Node& node) {
    auto upload = node.stage({}, {.id = some_id()});
    static_cast<void>(upload->write(std::as_bytes(std::span("half", 4))));
    upload.reset();
    world.scheduler.pause(seconds(100), seconds(100));
  });
  EXPECT_TRUE(world.node.bodies.empty());
}

TEST(Network, ANodeThatIsDownRefusesAndNothingHappened) {
  World world(1);
  world.run([&](gateway::Node& node) {
    world.node_process->kill();
    EXPECT_EQ(node.identify()->collect().code(), Code::unavailable);
  });
  EXPECT_EQ(world.node.identified, 0);
}

TEST(Network, AFrozenNodeLeavesTheOutcomeUnknownAndExecutesWhenItWakes) {
  World world(1);
  world.run([&](gateway::Node& node) {
    world.node_process->freeze();
    const Instant begun = world.client->now();
    const std::vector<SettleItem> items(1);
    EXPECT_EQ(node.settle({}, items, true)->collect().code(), Code::outcome_unknown);
    EXPECT_GE(world.client->now() - begun, seconds(1));
    EXPECT_EQ(world.node.settled, 0);
    world.node_process->wake();
    world.scheduler.pause(seconds(1), seconds(1));
    EXPECT_EQ(world.node.settled, 1);
  });
}

TEST(Network, WhatWaitsInTheSocketsOfAKilledNodeIsGone) {
  World world(1);
  world.run([&](gateway::Node& node) {
    world.node_process->freeze();
    const std::vector<SettleItem> items(1);
    auto pending = node.settle({}, items, true);
    world.scheduler.pause(milliseconds(50), milliseconds(50));
    world.node_process->kill();
    EXPECT_EQ(pending->collect().code(), Code::outcome_unknown);
    Process& next_life = world.scheduler.make_process("node");
    world.network->listen(address, next_life, world.node);
    EXPECT_TRUE(node.identify()->collect().ok());
    world.scheduler.pause(seconds(10), seconds(10));
  });
  EXPECT_EQ(world.node.settled, 0);
}

TEST(Network, APartitionBeforeAConnectionIsUnavailableAndBehindOneUnknown) {
  World world(1);
  world.run([&](gateway::Node& node) {
    world.network->block("client", address);
    EXPECT_EQ(node.identify()->collect().code(), Code::unavailable);
    world.network->unblock_all();
    EXPECT_TRUE(node.identify()->collect().ok());
    world.network->block(address, "client");
    EXPECT_EQ(node.identify()->collect().code(), Code::outcome_unknown);
    EXPECT_EQ(world.node.identified, 2);  // only the answer was lost
    EXPECT_EQ(node.identify()->collect().code(), Code::unavailable);
  });
  EXPECT_EQ(world.node.identified, 2);
}

TEST(Network, LostLateAndRepeatedCallsNeverLieAboutTheirOutcome) {
  int unknown = 0;
  int repeated = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    World world(seed);
    world.run([&](gateway::Node& node) {
      world.network->set_faults({.late = 0.1, .lose_request = 0.1, .lose_reply = 0.1, .repeat = 0.2});
      const std::vector<SettleItem> items(1);
      for (int round = 0; round < 10; ++round) {
        const int before = world.node.settled;
        const Code code = node.settle({}, items, true)->collect().code();
        world.scheduler.pause(seconds(10), seconds(10));  // whatever is late has arrived
        const int executed = world.node.settled - before;
        EXPECT_TRUE(code != Code::ok || executed >= 1);
        EXPECT_TRUE(code != Code::unavailable || executed == 0);
        if (code == Code::outcome_unknown) ++unknown;
        if (executed > 1) ++repeated;
      }
    });
  }
  EXPECT_GT(unknown, 10);
  EXPECT_GT(repeated, 10);
}

TEST(Network, ANodeKilledInTheMiddleOfACallLeavesTheOutcomeUnknown) {
  World world(1);
  world.node.while_settling = [&] { world.scheduler.pause(seconds(1), seconds(1)); };
  world.run([&](gateway::Node& node) {
    const std::vector<SettleItem> items(1);
    auto pending = node.settle({}, items, true);
    world.scheduler.pause(milliseconds(100), milliseconds(100));
    EXPECT_EQ(world.node.settled, 1);
    world.node_process->kill();
    EXPECT_EQ(pending->collect().code(), Code::outcome_unknown);
  });
}

}  // namespace
}  // namespace tandem::sim
