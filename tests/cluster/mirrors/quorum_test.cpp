// A client goes on while servers of a group stop and come back in turn and while copies rot, and says who is
// missing when too few are left.
#include <algorithm>

#include "tests/cluster/mirrors/quorum_fixture.hpp"

namespace tandem::test {
namespace {

constexpr int degraded = 1;
constexpr int at_risk = 2;
constexpr int down = 3;

const std::string refused_connection = "cannot connect: Connection refused";

class GroupOfFour : public Group {
 protected:
  GroupOfFour() : Group(4) {}

  bool tells(const std::string& text, const std::string& what, std::size_t node) const {
    return text.find(what + cluster.address(node) + ": ") != std::string::npos;
  }

  // Whoever read it, `status`, `why` and the events name these copies and no other, each event once.
  void expect_damage_told(const std::string& told, const std::vector<std::size_t>& nodes, int verdict) const {
    EXPECT_EQ(tandem({"status"}).status, verdict);
    const auto members = status()["pairs"][0]["members"];
    const auto copies = Json::parse(tandem({"--json", "why", "/f"}).output)["copies"];
    for (std::size_t node = 0; node < cluster.nodes(); ++node) {
      const bool bad = std::count(nodes.begin(), nodes.end(), node) > 0;
      SCOPED_TRACE(std::to_string(node) + (bad ? " is damaged" : " is good"));
      EXPECT_EQ(tells(told, "damaged copy of /f on ", node), bad) << told;
      EXPECT_EQ(members[node]["backlog"]["files"], bad ? 1 : 0);
      EXPECT_EQ(members[node]["damaged_copies"], bad ? 1 : 0);
      EXPECT_EQ(copies[node]["verdict"], bad ? "corrupt" : "good");
    }
    expect_damage_in_events(nodes);
  }
  void expect_damage_in_events(const std::vector<std::size_t>& nodes) const {
    const auto damaged = events("copy_damaged");
    EXPECT_EQ(damaged.size(), nodes.size());
    for (const auto& event : damaged) {
      const auto named = [&](std::size_t node) { return event.find(cluster.address(node) + " /f: ") == 0; };
      EXPECT_EQ(std::count_if(nodes.begin(), nodes.end(), named), 1) << event;
      EXPECT_NE(event.find("does not match its checksum"), std::string::npos) << event;
    }
  }

  void expect_loss_told(const std::string& told, const std::vector<std::size_t>& nodes) const {
    std::vector<std::string> expected;
    const auto document = status();
    for (std::size_t node = 0; node < cluster.nodes(); ++node) {
      const bool lost = std::count(nodes.begin(), nodes.end(), node) > 0;
      SCOPED_TRACE(std::to_string(node) + (lost ? " is lost" : " is there"));
      EXPECT_EQ(tells(told, "connection lost to ", node), lost) << told;
      EXPECT_EQ(document["pairs"][0]["members"][node]["state"], lost ? "out" : "live");
      const bool is_a_reason = document["reasons"].dump().find(cluster.address(node)) != std::string::npos;
      EXPECT_EQ(is_a_reason, lost) << document["reasons"];
      if (lost) expected.push_back(cluster.address(node) + " : " + refused_connection);
    }
    auto out = events("node_out");
    std::sort(out.begin(), out.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(out, expected) << "told once each";
  }
};

TEST_F(GroupOfFour, HoldsAllFourCopiesGoodAfterServersStoppedAndCameBackInTurn) {
  put("one");
  cluster.kill(0);
  cluster.kill(1);
  put("two");
  expect_content("two");
  ASSERT_TRUE(cluster.restart(0));
  put("three");
  expect_content("three");
  ASSERT_TRUE(cluster.restart(1));
  expect_content("three");
  ASSERT_TRUE(cluster.ends_as_the_catalogue_says());
  expect_every_copy("three");
}

TEST_F(GroupOfFour, ReadsRightWithTwoCopiesCorruptedTellsWhichAndMendsThem) {
  put("the right bytes");
  ASSERT_TRUE(cluster.members_become_equal());
  corrupt(0);
  corrupt(1);
  expect_damage_told(expect_content("the right bytes"), {0, 1}, degraded);
  ASSERT_TRUE(cluster.ends_as_the_catalogue_says());
  expect_every_copy("the right bytes");
  expect_damage_in_events({0, 1});
}

TEST_F(GroupOfFour, ReadsRightWithThreeCopiesCorruptedTellsWhichAndMendsThem) {
  put("the right bytes");
  ASSERT_TRUE(cluster.members_become_equal());
  for (const std::size_t node : {0U, 1U, 3U}) corrupt(node);
  expect_damage_told(expect_content("the right bytes"), {0, 1, 3}, at_risk);
  ASSERT_TRUE(cluster.ends_as_the_catalogue_says());
  expect_every_copy("the right bytes");
  expect_damage_in_events({0, 1, 3});
}

TEST_F(GroupOfFour, NamesTheFileOfADamagedCopyThatOnlyHealingMeets) {
  ASSERT_TRUE(tandem({"mkdir", "/d"}).ok());
  cluster.kill(0);
  const std::vector<std::string> names{"a", "b", "c", "d"};  // as many as take turns to be read from
  for (const auto& name : names) ASSERT_TRUE(tandem({"write", "/d/" + name, "the right bytes"}).ok());
  for (const auto& name : names) corrupt(2, "d/" + name);
  ASSERT_TRUE(cluster.restart(0));
  const auto healed = tandem({"heal"});
  EXPECT_TRUE(healed.ok()) << describe(healed);
  const auto damaged = events("copy_damaged");
  EXPECT_FALSE(damaged.empty()) << describe(healed);
  for (const auto& event : damaged) EXPECT_EQ(event.find(cluster.address(2) + " /d/"), 0U) << event;
  EXPECT_TRUE(healed.errors.find("damaged copy of /d/") != std::string::npos) << healed.errors;
}

TEST_F(GroupOfFour, ServesWithTwoServersStoppedAndTellsWhich) {
  put("text");
  ASSERT_TRUE(cluster.members_become_equal());
  cluster.kill(1);
  cluster.kill(2);
  expect_loss_told(expect_content("text"), {1, 2});
  EXPECT_EQ(tandem({"status"}).status, degraded);
  put("more");
  expect_content("more");
}

TEST_F(GroupOfFour, WithThreeServersStoppedNamesThemAndChangesNothing) {
  put("text");
  ASSERT_TRUE(cluster.members_become_equal());
  const std::vector<std::size_t> stopped{0, 1, 2};
  for (const auto node : stopped) cluster.kill(node);
  expect_refused_naming(stopped);
  EXPECT_EQ(tandem({"status"}).status, down);
  const std::string reasons = status()["reasons"].dump();
  EXPECT_NE(reasons.find("1 member of p1 can be reached, a read needs 2"), std::string::npos) << reasons;
  EXPECT_NE(reasons.find("1 member of p1 can be reached, a write needs 2"), std::string::npos) << reasons;
  EXPECT_EQ(cluster.tandem({"status"}).status, degraded) << "one is enough where that is not asked for";
  ASSERT_TRUE(cluster.restart(2));
  expect_content("text");
}

class GroupOf : public Group, public testing::WithParamInterface<std::size_t> {
 protected:
  GroupOf() : Group(GetParam()) {}

  void kill(const std::vector<std::size_t>& nodes) {
    for (const auto node : nodes) cluster.kill(node);
  }
  void expect_serves(const std::string& text) {
    put(text);
    expect_content(text);
  }
};

TEST_P(GroupOf, EndsWithEveryCopyGoodAfterAllButTwoWereAwayAndAllButOneRotted) {
  put("first");
  for (const std::size_t first_away : {std::size_t{0}, std::size_t{2}}) {  // at either end
    SCOPED_TRACE("from " + std::to_string(first_away) + " on");
    std::vector<std::size_t> away;
    for (std::size_t node = first_away; away.size() < cluster.nodes() - 2; ++node) away.push_back(node);
    kill(away);
    expect_serves("while they are away");
    std::vector<std::size_t> too_many = away;
    too_many.push_back(first_away == 0 ? cluster.nodes() - 1 : 0);
    kill({too_many.back()});
    expect_refused_naming(too_many);
    ASSERT_TRUE(cluster.restart(too_many.back()));
    expect_content("while they are away");
    for (const auto node : away) {
      ASSERT_TRUE(cluster.restart(node));
      expect_serves("with " + std::to_string(node) + " again");
    }
    ASSERT_TRUE(cluster.ends_as_the_catalogue_says());
    expect_every_copy("with " + std::to_string(away.back()) + " again");
  }
  const std::string text = copy_on(0);
  const std::size_t good = cluster.nodes() / 2;
  for (std::size_t node = 0; node < cluster.nodes(); ++node)
    if (node != good) corrupt(node);
  expect_content(text);
  ASSERT_TRUE(cluster.ends_as_the_catalogue_says());
  expect_every_copy(text);
}

INSTANTIATE_TEST_SUITE_P(Members, GroupOf, testing::Values(3, 5),
                         [](const auto& members) { return std::to_string(members.param); });

}  // namespace
}  // namespace tandem::test
