// What the tests of a member that comes and goes share: a client that stays and somebody who writes and reads
// all the time beside it.
#pragma once

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

#include "tests/support/local_cluster/local_cluster.hpp"

namespace tandem::test {

inline constexpr std::chrono::seconds first_wait{2};  // of a member that went the second time

// Writes a file and reads it back, a program each, until it is destroyed or something fails.
class User {
 public:
  explicit User(const LocalCluster& cluster) : cluster_(cluster), thread_([this] { work(); }) {}
  ~User() { end(); }
  void end() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  int turns() const { return turns_; }
  const std::string& trouble() const { return trouble_; }  // once it has ended

 private:
  void work() {
    while (!stopping_ && trouble_.empty()) {
      const auto path = "/f" + std::to_string(turns_ % 10);
      const auto text = "turn" + std::to_string(turns_);
      expect({"write", path, text}, "");
      expect({"read", path}, text);
      ++turns_;
    }
  }
  void expect(const std::vector<std::string>& command, const std::string& output) {
    const auto outcome = cluster_.tandem(command);
    if (!outcome.ok() || outcome.output != output)
      trouble_ += command[0] + " " + command[1] + ": " + describe(outcome) + "\n";
  }

  const LocalCluster& cluster_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> turns_{0};
  std::string trouble_;
  std::thread thread_;
};

class Flapping : public testing::Test {
 protected:
  using Clock = std::chrono::steady_clock;

  void SetUp() override {
    ASSERT_TRUE(cluster.start_and_init());
    agent.emplace(cluster.tandem_command({"agent"}));
  }

  std::size_t events(const std::string& kind) {
    const auto text = cluster.tandem({"--json", "events", "--limit", "1000"}).output;
    const auto wanted = "\"kind\":\"" + kind + "\"";
    std::size_t count = 0;
    for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) ++count;
    return count;
  }
  bool is_out() {
    return cluster.tandem({"catalogue", "dump", "n/"}).output.find("state=out") != std::string::npos;
  }
  std::string all_events() { return cluster.tandem({"events", "--limit", "1000"}).output; }

  // Kills the member, starts it again once that was noticed, and lets it run for a while; as often. Returns
  // the longest time that it ran.
  Clock::duration flap(int times, Clock::duration up) {
    Clock::duration longest{};
    for (int flap = 0; flap < times; ++flap) {
      cluster.kill(1);
      EXPECT_TRUE(wait_until([&] { return is_out(); }));
      EXPECT_TRUE(cluster.restart(1));
      const auto begun = Clock::now();
      std::this_thread::sleep_for(up);
      longest = std::max<Clock::duration>(longest, Clock::now() - begun);
    }
    return longest;
  }

  LocalCluster cluster{{.nodes = 2}};
  std::optional<Child> agent;
};

}  // namespace tandem::test
