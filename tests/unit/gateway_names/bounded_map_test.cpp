#include "gateway/catalogue/names/bounded_map.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

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

TEST(BoundedMap, KeysThatBelongToTheValuesGoWithThem) {
  BoundedMap<std::unique_ptr<const std::string>, std::string_view> map(3);
  const auto put = [&](const std::string& text) {
    auto value = std::make_unique<const std::string>(text);
    const std::string_view key = *value;
    map.put(key, std::move(value), 1);
  };
  for (int round = 0; round < 1000; ++round) {
    for (const char* text :
         {"the first of them, longer than any that is kept within a string", "b", "c", "b"}) {
      put(text);
      ASSERT_NE(map.find(text), nullptr);
      ASSERT_EQ(**map.find(text), text);
    }
    put("d" + std::to_string(round));  // drops one of them
    ASSERT_EQ(map.size(), 3U);
    if (round % 3 == 0) map.erase("b");
    if (round % 50 == 0) map.clear();
  }
}

}  // namespace
}  // namespace tandem::gateway
