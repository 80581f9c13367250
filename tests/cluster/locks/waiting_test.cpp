// Those who wait: in order, within their deadline, never for each other.
#include <algorithm>

#include "tests/cluster/locks/locks_fixture.hpp"

namespace tandem::test {
namespace {

TEST_F(Locks, AreGrantedInTheOrderInWhichTheyWereAskedFor) {
  ASSERT_TRUE(succeeds({"create", "/order"}));
  Child holder = lock({"/f", "--", "sh", "-c", "echo > held; while ! [ -e go ]; do sleep 0.02; done"});
  ASSERT_TRUE(wait_until([&] { return is_locked("/f"); }));
  std::vector<Child> waiters;
  for (std::size_t number = 1; number <= 4; ++number) {
    // Readers among them do not overtake the writers before them.
    std::vector<std::string> arguments{"/f",      "--", tandem(), "write", "/order", std::to_string(number),
                                       "--append"};
    waiters.push_back(lock(arguments));
    ASSERT_TRUE(wait_until([&] { return is_waited_for("/f", number); })) << number;
  }
  write_file(cluster.folder() / "go", "");
  for (auto& waiter : waiters) EXPECT_EQ(waiter.wait(std::chrono::seconds(20)), 0) << waiter.errors();
  EXPECT_EQ(content("/order"), "1234");
}

TEST_F(Locks, AWriterWhoWaitsIsNotStarvedByReaders) {
  const Child reader = hold("/f", {"--shared"});
  Child writer = lock({"/f", "--wait", "15", "--", "true"});
  ASSERT_TRUE(wait_until([&] { return is_waited_for("/f"); }));
  EXPECT_EQ(cluster.tandem({"lock", "/f", "--shared", "--nonblock", "--", "true"}).status, locked_status)
      << "who comes later waits behind the writer";
}

TEST_F(Locks, AWaitCanBeCancelled) {
  const Child holder = hold("/f");
  Child waiter = lock({"/f", "--", "true"});
  ASSERT_TRUE(wait_until([&] { return is_waited_for("/f"); }));
  waiter.signal(SIGINT);
  EXPECT_EQ(waiter.wait(std::chrono::seconds(5)), 130);
  EXPECT_TRUE(wait_until([&] { return is_waited_for("/f", 0); }));
}

TEST_F(Locks, TheLastOneIntoADeadlockIsRefusedAndTheOthersGoOn) {
  const auto first = "while ! [ -e b ]; do sleep 0.02; done; " + tandem() + " lock /b -- true";
  const auto second = "echo > b; while ! [ -e waits ]; do sleep 0.02; done; " + tandem() + " lock /a -- true";
  Child one = lock({"/a", "--", "sh", "-c", first});
  ASSERT_TRUE(wait_until([&] { return is_locked("/a"); }));
  Child two = lock({"/b", "--", "sh", "-c", second});
  ASSERT_TRUE(wait_until([&] { return is_waited_for("/b"); }));
  write_file(cluster.folder() / "waits", "");
  EXPECT_EQ(two.wait(std::chrono::seconds(10)), locked_status);
  EXPECT_NE(two.errors().find("deadlock"), std::string::npos) << two.errors();
  EXPECT_EQ(one.wait(std::chrono::seconds(10)), 0) << one.errors();
}

// Three clients count, each taking the lock for each step; the count is right only if nobody ever shared it.
TEST_F(Locks, ACounterUnderThemLosesNothing) {
  ASSERT_TRUE(succeeds({"write", "/n", "0"}));
  constexpr int clients = 3;
  constexpr int steps = 8;
  const auto step =
      tandem() + " lock /n -- sh -c '" + tandem() + " write /n $(($(" + tandem() + " read /n) + 1))'";
  std::vector<Child> counting;
  for (int client = 0; client < clients; ++client) {
    Command command{.arguments = {"sh", "-ec",
                                  "for i in " +
                                      [] {
                                        std::string numbers;
                                        for (int number = 0; number < steps; ++number)
                                          numbers += std::to_string(number) + " ";
                                        return numbers;
                                      }() +
                                      "; do " + step + "; done"},
                    .working_folder = cluster.folder().string(),
                    .environment = {"TANDEM_CONFIG=" + cluster.config_file().string()}};
    counting.emplace_back(command);
  }
  for (auto& client : counting) EXPECT_EQ(client.wait(std::chrono::seconds(60)), 0) << client.errors();
  EXPECT_EQ(content("/n"), std::to_string(clients * steps));
}

// Without locks of theirs: whoever meets another's token waits for a moment, not for a deadline.
TEST_F(Locks, AppendersOfOneFileTakeTurnsAndLoseNothing) {
  constexpr int clients = 4;
  constexpr int appends = 25;
  ASSERT_TRUE(succeeds({"create", "/log"}));
  std::vector<Child> appending;
  for (int client = 0; client < clients; ++client) {
    std::string script;
    for (int number = 0; number < appends; ++number)
      script += "write /log <<E --append\n" + std::to_string(client) + "." + std::to_string(number) + "\nE\n";
    appending.emplace_back(cluster.tandem_command({"--set", "timeouts.lock_wait=10s", "run", "-"}, script));
  }
  for (auto& client : appending) EXPECT_EQ(client.wait(std::chrono::seconds(60)), 0) << client.errors();
  const auto log = content("/log");
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), clients * appends);
  for (int client = 0; client < clients; ++client) {
    std::size_t at = 0;
    for (int number = 0; number < appends; ++number) {
      const auto line = std::to_string(client) + "." + std::to_string(number) + "\n";
      const auto found = log.find(line, at);
      ASSERT_NE(found, std::string::npos) << line << " is not where its client put it";
      at = found;
    }
  }
}

TEST_F(Locks, OutliveEveryDaemon) {
  ASSERT_TRUE(succeeds({"write", "/f", "before"}));
  const auto script = "echo > held; while ! [ -e go ]; do sleep 0.02; done; " + tandem() + " write /f after";
  Child holder = lock({"/f", "--", "sh", "-c", script});
  ASSERT_TRUE(wait_until([&] { return std::filesystem::exists(cluster.folder() / "held"); }));
  for (std::size_t node = 0; node < cluster.nodes(); ++node) {
    cluster.kill(node);
    ASSERT_TRUE(cluster.restart(node));
  }
  EXPECT_EQ(write_waiting("/f", "other", "300ms").status, locked_status);
  write_file(cluster.folder() / "go", "");
  EXPECT_EQ(holder.wait(std::chrono::seconds(30)), 0) << holder.errors();
  EXPECT_EQ(content("/f"), "after");
}

}  // namespace
}  // namespace tandem::test
