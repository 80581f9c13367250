#include "gateway/catalogue/names/bounded_map.hpp"

#include <gtest/gtest.h>

namespace tandem::gateway {
namespace {

TEST(BoundedMap, KeepsWhatWasUsedLast) {
  BoundedMap<int> map(2);
  map.put("a", 1, 1);
  map.put("b", 2, 1);
  ASSERT_NE(map.find("a"), nullptr);
  map.put("c", 3, 1);
  EXPECT_EQ(map.find("b"), nullptr);
  ASSERT_NE(map.find("a"), nullptr);
  EXPECT_EQ(*map.find("a"), 1);
  EXPECT_EQ(*map.find("c"), 3);
  EXPECT_EQ(map.size(), 2U);
}

TEST(BoundedMap, AHeavyValueTakesTheRoomOfSeveral) {
  BoundedMap<int> map(4);
  for (const char* key : {"a", "b", "c", "d"}) map.put(key, 0, 1);
  map.put("heavy", 1, 3);
  EXPECT_EQ(map.size(), 2U);
  EXPECT_EQ(map.weight(), 4U);
  EXPECT_NE(map.find("d"), nullptr);
  map.put("heavier", 1, 5);
  EXPECT_EQ(map.find("heavier"), nullptr);
  EXPECT_EQ(map.size(), 2U);
}

TEST(BoundedMap, ReplacingCountsTheNewWeightOnly) {
  BoundedMap<int> map(3);
  map.put("a", 1, 3);
  map.put("a", 2, 1);
  map.put("b", 3, 2);
  EXPECT_EQ(*map.find("a"), 2);
  EXPECT_EQ(*map.find("b"), 3);
  EXPECT_EQ(map.weight(), 3U);
}

TEST(BoundedMap, EraseAndClearLeaveAUsableMap) {
  BoundedMap<int> map(2);
  map.put("a", 1, 1);
  map.erase("a");
  map.erase("never there");
  EXPECT_EQ(map.size(), 0U);
  map.put("b", 1, 1);
  map.clear();
  EXPECT_EQ(map.weight(), 0U);
  map.put("c", 1, 1);
  map.put("d", 1, 1);
  map.put("e", 1, 1);
  EXPECT_EQ(map.size(), 2U);
}

}  // namespace
}  // namespace tandem::gateway
