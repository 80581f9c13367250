// Holders that are killed, hang, or are overruled: the lock goes on to others when it may and not before, and
// what was to happen under it changes nothing that counts.
#include <csignal>
#include <fstream>

#include "tests/cluster/locks/locks_fixture.hpp"

namespace tandem::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class LostLocks : public Locks {
 protected:
  // Holds /f; once `go` is there its program writes under the lock, and leaves the status in `said`.
  Child start_zombie() {
    const auto script = "echo > held; while ! [ -e go ]; do sleep 0.02; done; " + tandem() +
                        " write /f zombie; echo $? > said.new; mv said.new said";
    Child holder = lock({"/f", "--", "sh", "-c", script});
    EXPECT_TRUE(wait_until([&] { return std::filesystem::exists(cluster.folder() / "held"); }));
    return holder;
  }
  std::string zombie_says() {
    write_file(cluster.folder() / "go", "");
    const auto said = cluster.folder() / "said";
    EXPECT_TRUE(wait_until([&] { return std::filesystem::exists(said); }));
    std::ifstream file(said);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

TEST_F(LostLocks, OfAKilledHolderAreFreeAtOnceAndItsProgramIsStale) {
  Child holder = start_zombie();
  holder.signal(SIGKILL);
  ASSERT_TRUE(holder.wait(milliseconds(5000)).has_value());
  const auto begun = steady_clock::now();
  ASSERT_TRUE(succeeds({"lock", "/f", "--", tandem(), "write", "/f", "next"}));
  const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begun);
  RecordProperty("milliseconds_until_the_next_holder_is_done", static_cast<int>(took.count()));
  EXPECT_LT(took, milliseconds(1500)) << "far below the lease, with room for a busy machine";
  EXPECT_EQ(zombie_says(), std::to_string(stale_status) + "\n");
  EXPECT_EQ(content("/f"), "next");
}

TEST_F(LostLocks, OfAKilledHolderWakeThoseWhoWaitAlready) {
  Child holder = start_zombie();
  Child waiter = lock({"/f", "--", tandem(), "write", "/f", "waited"});
  ASSERT_TRUE(wait_until([&] { return is_waited_for("/f"); }));
  holder.signal(SIGKILL);
  EXPECT_EQ(waiter.wait(milliseconds(1500)), 0) << waiter.errors();
  EXPECT_EQ(zombie_says(), std::to_string(stale_status) + "\n");
  EXPECT_EQ(content("/f"), "waited");
}

TEST_F(LostLocks, OfAHungHolderAreFreeWhenItsLeaseEndsAndNotBefore) {
  Child holder = start_zombie();
  holder.signal(SIGSTOP);
  EXPECT_EQ(cluster.tandem({"lock", "/f", "--wait", "0.6", "--", "true"}).status, locked_status);
  const auto begun = steady_clock::now();
  ASSERT_TRUE(succeeds({"lock", "/f", "--", tandem(), "write", "/f", "next"}));
  EXPECT_LT(steady_clock::now() - begun, std::chrono::seconds(10));
  holder.signal(SIGCONT);
  EXPECT_EQ(zombie_says(), std::to_string(stale_status) + "\n");
  EXPECT_EQ(holder.wait(milliseconds(20000)), 0);
  EXPECT_NE(holder.errors().find("the lock on /f was lost"), std::string::npos) << holder.errors();
  EXPECT_EQ(content("/f"), "next");
}

TEST_F(LostLocks, TakenByForceAreToldInEvents) {
  Child holder = start_zombie();
  ASSERT_TRUE(succeeds({"unlock", "--force", "/f"}));
  EXPECT_FALSE(is_locked("/f"));
  ASSERT_TRUE(succeeds({"write", "/f", "forced"}));
  EXPECT_EQ(zombie_says(), std::to_string(stale_status) + "\n");
  EXPECT_EQ(content("/f"), "forced");
  const auto events = cluster.tandem({"events"});
  EXPECT_NE(events.output.find("lock broken   /f: taken by force from tandem"), std::string::npos)
      << events.output;
}

// A lock is often on another file than what it protects.
TEST_F(LostLocks, MakeEverythingStaleThatTheirProgramWantsToChange) {
  ASSERT_TRUE(succeeds({"write", "/data", "old"}));
  const auto script = "echo > held; while ! [ -e go ]; do sleep 0.02; done; " + tandem() +
                      " write /data zombie; echo $? > said.new; mv said.new said";
  Child holder = lock({"/f", "--", "sh", "-c", script});
  ASSERT_TRUE(wait_until([&] { return std::filesystem::exists(cluster.folder() / "held"); }));
  ASSERT_TRUE(succeeds({"unlock", "--force", "/f"}));
  EXPECT_EQ(zombie_says(), std::to_string(stale_status) + "\n");
  EXPECT_EQ(content("/data"), "old");
}

TEST_F(LostLocks, OfAScriptStopItUntilItUnlocks) {
  ASSERT_TRUE(succeeds({"create", "/f"}));
  const auto script =
      "lock /f\nlock /p -- sh -c 'echo > held; while ! [ -e go ]; do sleep 0.02; done'\n"
      "write /f zombie\nunlock /f\nwrite /g fresh\n";
  Child client(cluster.tandem_command({"run", "--keep-going", "-"}, script));
  ASSERT_TRUE(wait_until([&] { return std::filesystem::exists(cluster.folder() / "held"); }));
  ASSERT_TRUE(succeeds({"unlock", "--force", "/f"}));
  write_file(cluster.folder() / "go", "");
  EXPECT_EQ(client.wait(milliseconds(20000)), 1);
  EXPECT_EQ(content("/f"), "");
  EXPECT_EQ(content("/g"), "fresh") << "unlock tells of the loss, and what comes then is free again";
}

}  // namespace
}  // namespace tandem::test
