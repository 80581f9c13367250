// Requests and answers get lost on the way to and from every member: what is acknowledged happens once, what
// fails once or not at all, nothing twice.
#include <atomic>
#include <thread>

#include "tests/cluster/partitions/proxied_fixture.hpp"

namespace tandem::test {
namespace {

constexpr int not_found = 10;
constexpr int exists = 11;
constexpr int unavailable = 20;
constexpr int outcome_unknown = 21;

int times(const std::string& text, const std::string& in) {
  int found = 0;
  for (auto at = in.find(text); at != std::string::npos; at = in.find(text, at + text.size())) ++found;
  return found;
}

// One client after the other, each doing one thing, and what has to be there in the end.
class Worker {
 public:
  Worker(const LocalCluster& cluster, std::string name) : cluster_(cluster), name_(std::move(name)) {}

  void prepare() {
    EXPECT_EQ(run({"mkdir", at("")}), 0);
    EXPECT_EQ(run({"write", at("own-log"), ""}), 0);
    EXPECT_EQ(run({"write", at("cells"), std::string(std::size_t{4} * rounds, '.')}), 0);
  }
  void work() {
    for (int round = 0; round < rounds; ++round) {
      append("/log", round, log_);
      append(at("own-log"), round, own_log_);
      write_cell(round);
      names(round);
    }
  }
  void expect_once(const std::string& log) const {
    expect_once(log_, log);
    const auto own = read(at("own-log"));
    expect_once(own_log_, own);
    expect_in_order(own);
    const auto cells = read(at("cells"));
    ASSERT_EQ(cells.size(), 4U * rounds);
    for (const auto& [number, acknowledged] : cells_) {
      const auto cell = cells.substr(4U * static_cast<std::size_t>(number), 4);
      EXPECT_TRUE(cell == cell_text(number) || (!acknowledged && cell == "....")) << number << ": " << cell;
    }
    for (const auto& path : present_) EXPECT_EQ(run({"stat", path}), 0) << path;
    for (const auto& path : absent_) EXPECT_EQ(run({"stat", path}), not_found) << path;
  }
  int failures() const { return failures_; }

 private:
  static constexpr int rounds = 12;
  struct Appended {
    std::string text;
    bool acknowledged;
  };

  std::string at(const std::string& name) const { return "/" + name_ + (name.empty() ? "" : "/" + name); }
  static std::string cell_text(int number) { return std::to_string(1000 + number); }
  std::string read(const std::string& path) const {
    const auto outcome = cluster_.tandem({"read", path});
    EXPECT_TRUE(outcome.ok()) << describe(outcome);
    return outcome.output;
  }
  int run(const std::vector<std::string>& arguments) const {
    const auto outcome = cluster_.tandem(arguments);
    EXPECT_FALSE(outcome.timed_out) << arguments.front();
    last_ = describe(outcome);
    return outcome.status;
  }

  // Contents need a node: whether it was acknowledged. Any other failure is none a lost message explains.
  bool content(const std::vector<std::string>& arguments) {
    const int status = run(arguments);
    EXPECT_TRUE(status == 0 || status == unavailable || status == outcome_unknown)
        << arguments[0] << " " << arguments[1] << ": " << last_;
    failures_ += status == 0 ? 0 : 1;
    return status == 0;
  }
  // Names need only the catalogue.
  void name(const std::vector<std::string>& arguments) {
    EXPECT_EQ(run(arguments), 0) << arguments[0] << " " << arguments[1] << ": " << last_;
  }

  void append(const std::string& path, int round, std::vector<Appended>& appended) {
    const auto text = name_ + "-" + std::to_string(round) + ";";
    appended.push_back({text, content({"write", path, text, "--append"})});
  }
  void write_cell(int round) {
    const auto offset = std::to_string(4 * round);
    cells_.emplace_back(round, content({"write", at("cells"), cell_text(round), "--offset", offset}));
  }
  void names(int round) {
    const auto number = std::to_string(round);
    const auto file = at("f" + number);
    const bool created = content({"create", file});
    const int there = run({"stat", file});
    EXPECT_TRUE(there == 0 || (!created && there == not_found)) << last_;
    name({"mkdir", at("d" + number)});
    present_.push_back(at("d" + number));
    if (there != 0) return;
    name({"mv", file, at("d" + number + "/moved")});
    name({"ln", at("d" + number + "/moved"), at("linked" + number)});
    name({"rm", at("d" + number + "/moved")});
    absent_.insert(absent_.end(), {file, at("d" + number + "/moved")});
    present_.push_back(at("linked" + number));
  }

  static void expect_once(const std::vector<Appended>& appended, const std::string& in) {
    for (const auto& each : appended) {
      const int found = times(each.text, in);
      EXPECT_TRUE(found == 1 || (found == 0 && !each.acknowledged))
          << each.text << " stands there " << found << " times";
    }
  }
  void expect_in_order(const std::string& own) const {
    std::string expected;
    for (const auto& each : own_log_) {
      if (times(each.text, own) > 0) expected += each.text;
    }
    EXPECT_EQ(own, expected);
  }

  const LocalCluster& cluster_;
  const std::string name_;
  mutable std::string last_;
  std::vector<Appended> log_;
  std::vector<Appended> own_log_;
  std::vector<std::pair<int, bool>> cells_;
  std::vector<std::string> present_;
  std::vector<std::string> absent_;
  int failures_ = 0;
};

using AtMostOnce = ProxiedPair;

TEST_F(AtMostOnce, WhateverGetsLostOnTheWayToAndFromAllMembers) {
  ASSERT_TRUE(succeeds({"write", "/log", ""}));
  std::vector<Worker> workers;
  workers.reserve(3);
  for (int number = 0; number < 3; ++number) workers.emplace_back(cluster, "client" + std::to_string(number));
  for (auto& worker : workers) worker.prepare();
  ASSERT_TRUE(cluster.members_become_equal());
  for (std::size_t node = 0; node < 2; ++node) {
    proxies[node]->judge(losing({.seed = 11 + node, .requests = 0.12, .replies = 0.12}));
  }
  std::atomic<bool> done{false};
  std::thread healer([&] {  // a member that lost a message is out until somebody lets it in again
    while (!done) cluster.tandem({"heal"});
  });
  std::vector<std::thread> threads;
  threads.reserve(workers.size());
  for (auto& worker : workers) threads.emplace_back([&worker] { worker.work(); });
  for (auto& thread : threads) thread.join();
  done = true;
  healer.join();
  int failures = 0;
  for (const auto& worker : workers) failures += worker.failures();
  for (const auto& proxy : proxies) {
    const auto counts = proxy->counts();
    std::cout << counts.requests << " requests, " << counts.dropped_requests << " of them and "
              << counts.dropped_replies << " replies dropped\n";
    EXPECT_GT(counts.dropped_requests, 5U);
    EXPECT_GT(counts.dropped_replies, 5U);
    proxy->pass();
  }
  std::cout << failures << " changes failed\n";
  ASSERT_TRUE(ends_as_the_catalogue_says());
  const auto log = content("/log");
  for (const auto& worker : workers) worker.expect_once(log);
}

// The changes that are made while the answers to one kind of call get lost.
class LostAnswers : public ProxiedPair {
 protected:
  LostAnswers() : ProxiedPair("[timeouts]\nrequest = \"20s\"\n") {}

  void SetUp() override {
    ProxiedPair::SetUp();
    const std::string scenery =
        "mkdir /d\nwrite /d/appended one,\nwrite /d/cells ....\nwrite /d/replaced old\nwrite /d/moved two\n"
        "write /d/removed three\nwrite /d/linked four\n";
    ASSERT_TRUE(succeeds({"run", "-"}, scenery));
    ASSERT_TRUE(cluster.members_become_equal());
  }

  static std::vector<std::vector<std::string>> changes() {
    return {{"create", "/d/created"},
            {"write", "/d/appended", "two,", "--append"},
            {"write", "/d/cells", "x", "--offset", "1"},
            {"write", "/d/replaced", "new"},
            {"mv", "/d/moved", "/d/moved-to"},
            {"ln", "/d/linked", "/d/linked-too"},
            {"rm", "/d/removed"},
            {"mkdir", "/d/made"}};
  }
  // Every change has happened, once, on the catalogue and on both members.
  void expect_all_once() {
    EXPECT_EQ(content("/d/appended"), "one,two,");
    EXPECT_EQ(content("/d/cells"), ".x..");
    EXPECT_EQ(content("/d/replaced"), "new");
    EXPECT_EQ(content("/d/created"), "");
    EXPECT_EQ(content("/d/moved-to"), "two");
    EXPECT_EQ(content("/d/linked-too"), "four");
    for (const auto* gone : {"/d/moved", "/d/removed"}) {
      EXPECT_EQ(cluster.tandem({"stat", gone}).status, not_found) << gone;
    }
    EXPECT_TRUE(succeeds({"stat", "/d/made"}));
    EXPECT_TRUE(ends_as_the_catalogue_says());
  }
  // The answer to the first call of each client that holds `text`, on every member, meets `fate`.
  void meet_once(const std::string& text, Fate fate) {
    for (const auto& proxy : proxies) {
      proxy->judge([judge = only(text, fate), met = false, fate](std::string_view beginning) mutable {
        if (met || judge(beginning) != fate) return Fate::pass;
        met = true;
        return fate;
      });
    }
  }
};

TEST_F(LostAnswers, OfSettlesAreGivenAgainToTheSameCall) {
  for (const auto& change : changes()) {
    SCOPED_TRACE(change.front() + " " + change[1]);
    meet_once("node.settle", Fate::drop_reply);
    const auto before = proxies[0]->counts().dropped_replies + proxies[1]->counts().dropped_replies;
    EXPECT_TRUE(succeeds(change));
    const auto dropped = proxies[0]->counts().dropped_replies + proxies[1]->counts().dropped_replies - before;
    EXPECT_EQ(dropped, change.front() == "mkdir" ? 0U : 2U);
    EXPECT_TRUE(dump("w/").empty()) << "a member was marked although it had done it: " << dump("w/");
    EXPECT_TRUE(cluster.members_equal(0));
  }
  EXPECT_EQ(cluster.tandem({"events"}).output, "") << "nobody was put out";
  expect_all_once();
}

// The daemons carry out the call; before their answers are known to be lost, each is killed and started
// again.
class LostLives : public LostAnswers, public testing::WithParamInterface<std::string> {
 protected:
  void change_while_members_die(const std::vector<std::string>& change,
                                const std::vector<std::size_t>& dying) {
    std::vector<std::uint64_t> held;
    for (const auto& proxy : proxies) {
      proxy->pass();
      held.push_back(proxy->counts().held_replies);
    }
    meet_once(GetParam(), Fate::hold_reply);
    for (std::size_t node = 0; node < 2; ++node) {
      if (std::find(dying.begin(), dying.end(), node) == dying.end()) proxies[node]->pass();
    }
    Child client(cluster.tandem_command(change));
    const auto reached = [&] {
      return std::all_of(dying.begin(), dying.end(),
                         [&](std::size_t node) { return proxies[node]->counts().held_replies > held[node]; });
    };
    ASSERT_TRUE(wait_until([&] { return reached() || !client.running(); }));
    if (reached()) ++deaths_;
    for (const std::size_t node : dying) ASSERT_TRUE(cluster.restart(node));  // by SIGKILL
    for (const std::size_t node : dying) proxies[node]->let_go();
    EXPECT_EQ(client.wait(std::chrono::seconds(60)), 0) << client.errors();
  }

  int deaths_ = 0;
};

TEST_P(LostLives, OfOneMemberAtATimeMakeNothingHappenTwice) {
  std::size_t dying = 0;
  for (const auto& change : changes()) {
    SCOPED_TRACE(change.front() + " " + change[1]);
    ASSERT_NO_FATAL_FAILURE(change_while_members_die(change, {dying}));
    ASSERT_TRUE(cluster.heals());
    dying = 1 - dying;
  }
  EXPECT_GT(deaths_, 3);
  expect_all_once();
}

TEST_P(LostLives, OfBothMembersAtOnceMakeNothingHappenTwice) {
  for (const auto& change : changes()) {
    SCOPED_TRACE(change.front() + " " + change[1]);
    ASSERT_NO_FATAL_FAILURE(change_while_members_die(change, {0, 1}));
    ASSERT_TRUE(cluster.heals());
  }
  EXPECT_GT(deaths_, 3);
  expect_all_once();
}

INSTANTIATE_TEST_SUITE_P(Calls, LostLives, testing::Values("node.settle", "PUT /objects/"),
                         [](const auto& call) { return call.param == "node.settle" ? "Settles" : "Stages"; });

}  // namespace
}  // namespace tandem::test
