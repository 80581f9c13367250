// `lock`, `unlock` and `locks` as people and scripts use them.
#include "tests/cluster/locks/locks_fixture.hpp"

namespace tandem::test {
namespace {

TEST_F(Locks, EndWithTheCommandWhoseStatusIsTheirs) {
  EXPECT_EQ(cluster.tandem({"lock", "/f", "--", "sh", "-c", "exit 7"}).status, 7);
  EXPECT_EQ(cluster.tandem({"lock", "/f", "--", "sh", "-c", "kill -9 $$"}).status, 128 + 9);
  EXPECT_EQ(cluster.tandem({"lock", "/f", "--", "/no/such/program"}).status, 127);
  EXPECT_TRUE(locks().empty());
}

TEST_F(Locks, MakeAnEmptyFileWhereThereIsNoneAsFlockDoes) {
  ASSERT_TRUE(succeeds({"lock", "/fresh", "--", "true"}));
  EXPECT_EQ(content("/fresh"), "");
  EXPECT_EQ(cluster.tandem({"lock", "/no/parent", "--", "true"}).status, 10);
}

TEST_F(Locks, AreNotObtainedWhileSomebodyElseHoldsThem) {
  const Child holder = hold("/f");
  EXPECT_EQ(cluster.tandem({"lock", "/f", "--nonblock", "--", "true"}).status, locked_status);
  EXPECT_EQ(cluster.tandem({"lock", "/f", "--nonblock", "--shared", "--", "true"}).status, locked_status);
  EXPECT_EQ(cluster.tandem({"lock", "/f", "-n", "--conflict-exit", "5", "--", "true"}).status, 5);
  const auto waited = cluster.tandem({"lock", "/f", "--wait", "0.3", "--", "true"});
  EXPECT_EQ(waited.status, locked_status);
  EXPECT_GE(waited.duration.count(), 300);
  EXPECT_NE(waited.errors.find("has held it exclusively since 20"), std::string::npos) << waited.errors;
  EXPECT_NE(waited.errors.find(std::to_string(holder.pid())), std::string::npos) << waited.errors;
}

TEST_F(Locks, KeepOthersFromReadingAndChangingAndSayWhoHoldsThem) {
  ASSERT_TRUE(succeeds({"write", "/f", "before"}));
  const Child holder = hold("/f");
  const std::vector<std::vector<std::string>> changes{{"write", "/f", "x"}, {"write", "/f", "x", "--append"},
                                                      {"read", "/f"},       {"rm", "/f"},
                                                      {"mv", "/f", "/g"},   {"ln", "/f", "/h"},
                                                      {"cp", "/f", "/c"}};
  for (const auto& change : changes) {
    auto arguments = change;
    arguments.insert(arguments.begin(), {"--set", "timeouts.lock_wait=200ms"});
    const auto outcome = cluster.tandem(arguments);
    EXPECT_EQ(outcome.status, locked_status) << change.front() << ": " << describe(outcome);
    EXPECT_NE(outcome.errors.find(std::to_string(holder.pid())), std::string::npos) << describe(outcome);
  }
  EXPECT_TRUE(succeeds({"stat", "/f"})) << "looking at names is not held up";
}

TEST_F(Locks, SharedOnesKeepOnlyChangesAway) {
  ASSERT_TRUE(succeeds({"write", "/f", "content"}));
  const Child reader = hold("/f", {"--shared"});
  EXPECT_EQ(content("/f"), "content");
  EXPECT_TRUE(succeeds({"lock", "/f", "--shared", "--nonblock", "--", "true"}));
  EXPECT_EQ(cluster.tandem({"lock", "/f", "--nonblock", "--", "true"}).status, locked_status);
  EXPECT_EQ(write_waiting("/f", "x", "200ms").status, locked_status);
}

TEST_F(Locks, LetTheProgramThatRunsUnderThemActAsTheHolder) {
  ASSERT_TRUE(succeeds({"write", "/f", "1"}));
  const auto script = tandem() + " write /f 2 && " + tandem() + " write /f 3 --append && " + tandem() +
                      " read /f && " + tandem() + " mv /f /g && " + tandem() + " lock /other -- " + tandem() +
                      " write /g 4";
  const auto outcome = cluster.tandem({"lock", "/f", "--", "sh", "-ec", script});
  EXPECT_TRUE(outcome.ok()) << describe(outcome);
  EXPECT_EQ(outcome.output, "23");
  EXPECT_EQ(content("/g"), "4");
}

TEST_F(Locks, OfADirectoryCoverItsNamesAndNotWhatIsBelow) {
  ASSERT_TRUE(succeeds({"mkdir", "-p", "/d/sub"}));
  ASSERT_TRUE(succeeds({"write", "/d/f", "old"}));
  const Child holder = hold("/d");
  EXPECT_EQ(write_waiting("/d/new", "x", "200ms").status, locked_status);
  EXPECT_EQ(cluster.tandem({"--set", "timeouts.lock_wait=200ms", "rm", "/d/f"}).status, locked_status);
  EXPECT_EQ(cluster.tandem({"--set", "timeouts.lock_wait=200ms", "mv", "/d", "/e"}).status, locked_status);
  EXPECT_TRUE(succeeds({"write", "/d/f", "new"})) << "a file in it is not locked";
  EXPECT_TRUE(succeeds({"write", "/d/sub/deep", "x"})) << "nor are names further down";
}

TEST_F(Locks, GoWithTheFileAndNotWithTheName) {
  ASSERT_TRUE(succeeds({"write", "/f", "x"}));
  const auto script = tandem() + " mv /f /g; touch moved; while ! [ -e done ]; do sleep 0.02; done";
  Child holder = lock({"/f", "--", "sh", "-c", script});
  ASSERT_TRUE(wait_until([&] { return std::filesystem::exists(cluster.folder() / "moved"); }));
  EXPECT_EQ(write_waiting("/g", "y", "200ms").status, locked_status);
  EXPECT_TRUE(succeeds({"write", "/f", "another file"}));
  write_file(cluster.folder() / "done", "");
  EXPECT_EQ(holder.wait(std::chrono::seconds(20)), 0);
}

TEST_F(Locks, AreShownWithHolderFenceLeaseAndWaiters) {
  const Child holder = hold("/f");
  Child waiter = lock({"/f", "--shared", "--", "true"});
  ASSERT_TRUE(wait_until([&] { return is_waited_for("/f"); }));
  const auto lock = locks_on("/f").at(0);
  EXPECT_EQ(lock["mode"], "exclusive");
  EXPECT_EQ(lock["holder"]["pid"], holder.pid());
  EXPECT_EQ(lock["holder"]["program"], "tandem");
  EXPECT_GT(lock["fence"].get<std::uint64_t>(), 0U);
  EXPECT_GT(lock["lease_left_seconds"].get<double>(), 0.0);
  EXPECT_LE(lock["lease_left_seconds"].get<double>(), 2.0);
  EXPECT_EQ(lock["waiters"][0]["mode"], "shared");
  EXPECT_EQ(lock["waiters"][0]["pid"], waiter.pid());
  const auto text = cluster.tandem({"locks"}).output;
  EXPECT_NE(text.find("/f\n  exclusive  tandem (pid " + std::to_string(holder.pid())), std::string::npos)
      << text;
  EXPECT_NE(text.find("\n  waits      tandem (pid " + std::to_string(waiter.pid())), std::string::npos)
      << text;
}

TEST_F(Locks, OfAScriptLastUntilUnlockOrItsEnd) {
  ASSERT_TRUE(succeeds({"create", "/f"}));
  ASSERT_TRUE(succeeds({"run", "-"}, "lock /f\nwrite /f one\nunlock /f\nlock /f --shared\nread /f\n"));
  EXPECT_TRUE(locks().empty());
  EXPECT_EQ(cluster.tandem({"run", "-"}, "lock /f\nlock /f\n").status, locked_status);
  EXPECT_EQ(cluster.tandem({"run", "-"}, "lock /f --shared\nwrite /f x\n").status, locked_status);
  EXPECT_EQ(cluster.tandem({"run", "-"}, "unlock /f\n").status, 15);
  EXPECT_EQ(content("/f"), "one");
}

TEST_F(Locks, TellWhatIsWrongWithTheirArguments) {
  EXPECT_EQ(cluster.tandem({"lock", "/f"}).status, 64);
  EXPECT_EQ(cluster.tandem({"lock", "/f", "--wait", "1", "--nonblock", "--", "true"}).status, 64);
  EXPECT_EQ(cluster.tandem({"lock", "/f", "--wait", "soon", "--", "true"}).status, 64);
  EXPECT_EQ(cluster.tandem({"lock", "/f", "--conflict-exit", "300", "--", "true"}).status, 64);
  auto command = cluster.tandem_command({"ls", "/"});
  command.environment.push_back("TANDEM_SESSION=nonsense");
  const auto outcome = run(command);
  EXPECT_EQ(outcome.status, 15);
  EXPECT_NE(outcome.errors.find("TANDEM_SESSION"), std::string::npos) << outcome.errors;
}

}  // namespace
}  // namespace tandem::test
