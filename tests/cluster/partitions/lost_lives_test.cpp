// The answers of members to one kind of call get lost, and with them perhaps their lives or their disks: a
// change happens once, and who was wiped counts for nothing.
#include <algorithm>
#include <filesystem>
#include <optional>

#include "tests/cluster/partitions/proxied_fixture.hpp"

namespace tandem::test {
namespace {

constexpr int at_risk = 2;  // of some contents there is one copy only
constexpr int not_found = 10;
constexpr int unavailable = 20;

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

class WipedMember : public LostAnswers {
 protected:
  // Whatever it had answered before, the wiped member counts for nothing; `node replace` mends it.
  void expect_foreign_and_replace(std::size_t wiped) {
    EXPECT_NE(content("/d/linked").find("four"), std::string::npos);
    (void)cluster.tandem({"heal"});
    const auto status = cluster.tandem({"status"});
    EXPECT_EQ(status.status, at_risk) << describe(status);
    EXPECT_NE(status.output.find("foreign"), std::string::npos) << describe(status);
    EXPECT_TRUE(std::filesystem::is_empty(cluster.data_folder(wiped) / "objects"));
    EXPECT_TRUE(std::filesystem::is_empty(cluster.data_folder(wiped) / "staging"));
    ASSERT_TRUE(succeeds({"node", "replace", cluster.address(wiped)}));
    EXPECT_TRUE(ends_as_the_catalogue_says());
  }
  void wipe(std::size_t node) {
    for (const auto& entry : std::filesystem::directory_iterator(cluster.data_folder(node)))
      std::filesystem::remove_all(entry);
  }
};

// The daemons carry out the call; before their answers are known to be lost, each is killed and started
// again, one of them perhaps on a folder that was wiped.
class LostLives : public WipedMember, public testing::WithParamInterface<std::string> {
 protected:
  void change_while_members_die(const std::vector<std::string>& change, const std::vector<std::size_t>& dying,
                                std::optional<std::size_t> wiped = std::nullopt) {
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
    for (const std::size_t node : dying) {
      cluster.kill(node);
      if (node == wiped) wipe(node);
      ASSERT_TRUE(cluster.restart(node));
    }
    for (const std::size_t node : dying) proxies[node]->let_go();
    const auto status = client.wait(std::chrono::seconds(60));
    refused_ = wiped && status == unavailable;
    EXPECT_TRUE(status == 0 || refused_) << status.value_or(-1) << " " << client.errors();
    for (const auto& proxy : proxies) proxy->pass();
  }

  int deaths_ = 0;
  bool refused_ = false;  // the last change, in clear words
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

TEST_F(WipedMember, BetweenItsAnswerAndTheCommitIsMendedFromTheOther) {
  proxies[1]->slow(std::chrono::seconds(18));  // until it has answered nothing is committed
  Child client(cluster.tandem_command({"write", "/d/replaced", "new"}));
  const auto staging = cluster.data_folder(0) / "staging";
  ASSERT_TRUE(wait_until([&] { return !std::filesystem::is_empty(staging); }));
  ASSERT_TRUE(cluster.stop(0)) << "in order: what it has been asked is answered";
  wipe(0);
  ASSERT_TRUE(cluster.restart(0));
  EXPECT_TRUE(client.running()) << "it has not waited for the other member";
  proxies[1]->pass();  // what it was about to answer comes now
  EXPECT_EQ(client.wait(std::chrono::seconds(60)), 0) << client.errors();
  EXPECT_EQ(content("/d/replaced"), "new");
  ASSERT_NO_FATAL_FAILURE(expect_foreign_and_replace(0));
  ASSERT_TRUE(cluster.stop(1));
  EXPECT_EQ(content("/d/replaced"), "new");
}

TEST_P(LostLives, OfAMemberThatIsWipedNeverCountItAsAHolder) {
  std::size_t wiped = 0;
  for (const auto& change : changes()) {
    SCOPED_TRACE(change.front() + " " + change[1]);
    ASSERT_NO_FATAL_FAILURE(change_while_members_die(change, {wiped}, wiped));
    EXPECT_FALSE(refused_) << "the other member took it";
    ASSERT_NO_FATAL_FAILURE(expect_foreign_and_replace(wiped));
    wiped = 1 - wiped;
  }
  EXPECT_GT(deaths_, 3);
  expect_all_once();
}

TEST_P(LostLives, OfBothMembersOneOfWhichIsWipedNeverCountItAsAHolder) {
  std::size_t wiped = 0;
  for (const auto& change : changes()) {
    SCOPED_TRACE(change.front() + " " + change[1]);
    ASSERT_NO_FATAL_FAILURE(change_while_members_die(change, {0, 1}, wiped));
    ASSERT_NO_FATAL_FAILURE(expect_foreign_and_replace(wiped));
    if (!refused_) continue;
    EXPECT_TRUE(succeeds(change)) << "nothing of it had happened";
    wiped = 1 - wiped;
  }
  EXPECT_GT(deaths_, 3);
  expect_all_once();
}

INSTANTIATE_TEST_SUITE_P(Calls, LostLives, testing::Values("node.settle", "PUT /objects/"),
                         [](const auto& call) { return call.param == "node.settle" ? "Settles" : "Stages"; });

}  // namespace
}  // namespace tandem::test
