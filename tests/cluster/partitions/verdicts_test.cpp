// A dead, a frozen, a black-holed, an unreachable and a slow node: each is told for what it is, and none
// holds anybody up for longer than a few of the configured time-outs.
#include <nlohmann/json.hpp>

#include "tests/cluster/partitions/proxied_fixture.hpp"

namespace tandem::test {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr int unavailable = 20;
constexpr milliseconds connect_timeout{300};
constexpr milliseconds request_timeout{1500};
// Far above what one verdict takes, far below what a person takes for a hang.
constexpr milliseconds held_up_max = 4 * (connect_timeout + request_timeout);

const std::string config = "[timeouts]\nconnect = \"" + std::to_string(connect_timeout.count()) +
                           "ms\"\nrequest = \"" + std::to_string(request_timeout.count()) +
                           "ms\"\nretries = 0\n";

const std::string refused = "cannot connect: Connection refused";
const std::string no_connection = "cannot connect: Connection timed out";
const std::string silent = "no answer in time";

class Verdicts : public ProxiedPair {
 protected:
  Verdicts() : ProxiedPair(config) {}

  void SetUp() override {
    ProxiedPair::SetUp();
    ASSERT_TRUE(succeeds({"write", "/f", "text"}));
    ASSERT_TRUE(cluster.members_become_equal());
  }

  Json member(std::size_t node) {
    const auto status = Json::parse(cluster.tandem({"--json", "status"}).output);
    return status["pairs"][0]["members"][node];
  }

  // Of the three ways not to answer, `text` tells exactly this one.
  static void expect_tells(const std::string& text, const std::string& way) {
    for (const auto& each : {refused, no_connection, silent}) {
      EXPECT_EQ(text.find(each) != std::string::npos, each == way) << text;
    }
  }

  void expect_soon(const std::vector<std::string>& arguments, const std::string& output = {}) {
    const auto outcome = cluster.tandem(arguments);
    EXPECT_TRUE(outcome.ok()) << arguments.front() << ": " << describe(outcome);
    EXPECT_EQ(outcome.output, output) << arguments.front();
    EXPECT_LT(outcome.duration, held_up_max) << arguments.front();
  }

  // Node 0 is away; whoever uses the store notices little of it.
  void expect_goes_on() {
    for (int turn = 0; turn < 3; ++turn) {
      const auto number = std::to_string(turn);
      expect_soon({"read", "/f"}, "text");
      expect_soon({"write", "/g" + number, "x"});
      expect_soon({"mv", "/g" + number, "/h" + number});
    }
    expect_soon({"rm", "/h0"});
  }

  void expect_told(const std::string& way) {
    const auto away = member(0);
    EXPECT_EQ(away["state"], "out");
    EXPECT_FALSE(away["slow"]);
    expect_tells(away["reason"], way);
    EXPECT_EQ(member(1)["state"], "live");
    expect_tells(cluster.tandem({"status"}).output, way);
    expect_tells(cluster.tandem({"events"}).output, way);
    const auto why = Json::parse(cluster.tandem({"--json", "why", "/f"}).output);
    EXPECT_EQ(why["copies"][0]["verdict"], "unreachable");
    expect_tells(why["copies"][0]["detail"], way);
    EXPECT_EQ(why["copies"][1]["verdict"], "good");
  }

  // Both members are away in the same way: the error names each with it, within the bound.
  void expect_error_tells(const std::string& way) {
    for (const auto& command : {std::vector<std::string>{"read", "/f"}, {"write", "/f", "other"}}) {
      const auto outcome = cluster.tandem(command);
      EXPECT_EQ(outcome.status, unavailable) << describe(outcome);
      expect_tells(outcome.errors, way);
      for (const std::size_t node : {0U, 1U}) {
        EXPECT_NE(outcome.errors.find(cluster.address(node)), std::string::npos) << outcome.errors;
      }
      EXPECT_LT(outcome.duration, 4 * held_up_max) << command.front();
    }
  }

  void expect_whole_afterwards() {
    EXPECT_TRUE(ends_as_the_catalogue_says());
    EXPECT_EQ(content("/f"), "text");
    EXPECT_EQ(content("/h1"), "x");
    EXPECT_EQ(member(0)["state"], "live");
  }
};

TEST_F(Verdicts, ADeadNodeIsToldAsRefusing) {
  cluster.kill(0);
  proxies[0]->refuse();
  expect_goes_on();
  expect_told(refused);
  proxies[1]->refuse();
  expect_error_tells(refused);
  ASSERT_TRUE(cluster.restart(0));
  for (const auto& proxy : proxies) proxy->pass();
  expect_whole_afterwards();
}

TEST_F(Verdicts, AFrozenNodeIsToldAsSilent) {
  cluster.freeze(0);
  expect_goes_on();
  expect_told(silent);
  cluster.freeze(1);
  expect_error_tells(silent);
  for (const std::size_t node : {0U, 1U}) cluster.thaw(node);
  expect_whole_afterwards();
}

TEST_F(Verdicts, ANodeInABlackHoleIsToldAsSilent) {
  proxies[0]->black_hole();
  expect_goes_on();
  expect_told(silent);
  EXPECT_GT(proxies[0]->counts().swallowed, 0U);
  proxies[1]->black_hole();
  expect_error_tells(silent);
  for (const auto& proxy : proxies) proxy->pass();
  expect_whole_afterwards();
}

TEST_F(Verdicts, ANodeThatIsCutOffIsToldAsUnreachable) {
  proxies[0]->cut_off();
  expect_goes_on();
  expect_told(no_connection);
  proxies[1]->cut_off();
  expect_error_tells(no_connection);
  for (const auto& proxy : proxies) proxy->pass();
  expect_whole_afterwards();
}

TEST_F(Verdicts, WhatChangesWhileANodeIsAwayIsToldWithWhatItWasPutOutFor) {
  cluster.freeze(0);
  expect_goes_on();
  cluster.kill(0);
  proxies[0]->refuse();
  const std::string reason = member(0)["reason"];
  EXPECT_EQ(reason, silent + "; now: " + refused);
  ASSERT_TRUE(cluster.restart(0));
  proxies[0]->pass();
  EXPECT_EQ(member(0)["reason"], silent + "; now it answers");
  EXPECT_EQ(member(0)["state"], "out") << "status only looks";
  expect_whole_afterwards();
}

TEST_F(Verdicts, ASlowNodeStaysInIsHedgedByReadsAndNamedSlow) {
  constexpr milliseconds delay{700};
  static_assert(delay < request_timeout);
  EXPECT_FALSE(member(0)["slow"]);
  proxies[0]->slow(delay);
  constexpr int reads = 20;
  int late = 0;
  for (int read = 0; read < reads; ++read) {
    const auto outcome = cluster.tandem({"read", "/f"});
    EXPECT_EQ(outcome.output, "text") << describe(outcome);
    late += outcome.duration >= delay ? 1 : 0;
  }
  EXPECT_LT(late, reads / 4) << "about half of them ask the slow one first";
  const auto write = cluster.tandem({"write", "/h1", "x"});
  EXPECT_TRUE(write.ok()) << describe(write);
  EXPECT_GE(write.duration, delay) << "a write waits for every member that is in";
  EXPECT_LT(write.duration, held_up_max);
  EXPECT_TRUE(cluster.members_equal(0)) << "and is on it";

  const auto status = cluster.tandem({"--json", "status"});
  EXPECT_EQ(status.status, 0) << describe(status);
  EXPECT_EQ(member(0)["state"], "live");
  EXPECT_TRUE(member(0)["slow"]);
  EXPECT_GE(member(0)["answer_seconds"], 0.7);
  EXPECT_FALSE(member(1)["slow"]) << "although it was collected behind the slow one";
  const auto picture = cluster.tandem({"status"}).output;
  EXPECT_NE(picture.find("slow: it took"), std::string::npos) << picture;
  EXPECT_EQ(cluster.tandem({"events"}).output.find("out"), std::string::npos);
  proxies[0]->pass();
  EXPECT_FALSE(member(0)["slow"]);
  expect_whole_afterwards();
}

}  // namespace
}  // namespace tandem::test
