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

}  // namespace
}  // namespace tandem::test
