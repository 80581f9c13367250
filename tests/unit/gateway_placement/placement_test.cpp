#include "gateway/placement/placement.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <thread>

namespace tandem::gateway {
namespace {

using Pairs = std::vector<std::string>;

ObjectId directory(std::uint8_t number) {
  ObjectId id;
  id.bytes[0] = number;
  return id;
}

std::map<std::string, int> spread(Placement& placement, int files, const PlacementRequest& request = {}) {
  std::map<std::string, int> counts;
  for (int i = 0; i < files; ++i) ++counts[*placement.choose(request)];
  return counts;
}

TEST(Placement, RoundRobinAlternatesBetweenThePairs) {
  Placement placement(PlacementPolicy::round_robin, 0);
  placement.set_pairs(Pairs{"p1", "p2"});
  Pairs chosen;
  for (int i = 0; i < 4; ++i) chosen.push_back(*placement.choose({}));
  EXPECT_EQ(chosen, (Pairs{"p1", "p2", "p1", "p2"}));
  EXPECT_EQ(placement.placed(), (std::vector<std::pair<std::string, std::uint64_t>>{{"p1", 2}, {"p2", 2}}));
}

TEST(Placement, TheSeedDecidesWhoIsFirst) {
  Placement placement(PlacementPolicy::round_robin, 3);
  placement.set_pairs(Pairs{"p1", "p2"});
  EXPECT_EQ(*placement.choose({}), "p2");
}

TEST(Placement, ThreadsTogetherStillTakeTurns) {
  Placement placement(PlacementPolicy::round_robin, 0);
  placement.set_pairs(Pairs{"p1", "p2", "p3"});
  std::vector<std::thread> threads;
  threads.reserve(3);
  for (int i = 0; i < 3; ++i) threads.emplace_back([&] { spread(placement, 100); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& [pair, files] : placement.placed()) EXPECT_EQ(files, 100U) << pair;
}

TEST(Placement, PairsToAvoidAndInactiveOnesAreLeftOut) {
  for (const auto policy :
       {PlacementPolicy::round_robin, PlacementPolicy::follow_parent, PlacementPolicy::most_free}) {
    Placement placement(policy, 0);
    EXPECT_EQ(placement.choose({}).code(), Code::unavailable);
    placement.set_pairs(Pairs{"p1", "p2"});
    const Pairs full{"p1"};
    EXPECT_EQ(*placement.choose({.pair_of_siblings = "p1", .avoid = full}), "p2");
    placement.set_pairs(Pairs{"p1"});
    const auto none = placement.choose({.avoid = full});
    EXPECT_EQ(none.code(), Code::unavailable);
    EXPECT_NE(none.error().mend, "");
  }
}

TEST(Placement, FollowParentKeepsADirectoryTogetherOnEveryClient) {
  Placement one(PlacementPolicy::follow_parent, 1);
  Placement other(PlacementPolicy::follow_parent, 2);
  one.set_pairs(Pairs{"p1", "p2", "p3"});
  other.set_pairs(Pairs{"p3", "p2", "p1"});
  std::map<std::string, int> directories;
  for (std::uint8_t i = 0; i < 90; ++i) {
    const auto counts = spread(one, 3, {.directory = directory(i)});
    ASSERT_EQ(counts.size(), 1U);
    EXPECT_EQ(counts.begin()->first, *other.choose({.directory = directory(i)}));
    ++directories[counts.begin()->first];
  }
  for (const char* pair : {"p1", "p2", "p3"}) EXPECT_GT(directories[pair], 10) << pair;
}

TEST(Placement, FollowParentPrefersThePairTheSiblingsAreOn) {
  Placement placement(PlacementPolicy::follow_parent, 0);
  placement.set_pairs(Pairs{"p1", "p2"});
  for (const char* pair : {"p1", "p2"}) {
    EXPECT_EQ(*placement.choose({.directory = directory(7), .pair_of_siblings = pair}), pair);
  }
}

TEST(Placement, APairMoreMovesOnlyItsOwnShareOfDirectories) {
  Placement placement(PlacementPolicy::follow_parent, 0);
  for (std::uint8_t i = 0; i < 50; ++i) {
    placement.set_pairs(Pairs{"p1", "p2"});
    const std::string before = *placement.choose({.directory = directory(i)});
    placement.set_pairs(Pairs{"p1", "p2", "p3"});
    const std::string after = *placement.choose({.directory = directory(i)});
    EXPECT_TRUE(after == before || after == "p3");
  }
}

TEST(Placement, MostFreeFillsUpUntilTheOtherIsFreer) {
  Placement placement(PlacementPolicy::most_free, 0);
  placement.set_pairs(Pairs{"p1", "p2"});
  placement.set_free_bytes("p1", 1000);
  placement.set_free_bytes("p2", 1300);
  placement.set_free_bytes("unknown", 9999);
  Pairs chosen;
  for (int i = 0; i < 5; ++i) chosen.push_back(*placement.choose({.size_bytes = 200}));
  EXPECT_EQ(chosen, (Pairs{"p2", "p2", "p1", "p2", "p1"}));
}

TEST(Placement, MostFreeTakesTurnsWhileNothingIsKnown) {
  Placement placement(PlacementPolicy::most_free, 0);
  placement.set_pairs(Pairs{"p1", "p2"});
  EXPECT_EQ(spread(placement, 10), (std::map<std::string, int>{{"p1", 5}, {"p2", 5}}));
}

}  // namespace
}  // namespace tandem::gateway
