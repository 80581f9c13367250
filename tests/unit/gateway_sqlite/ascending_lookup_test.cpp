// Many keys at once, side by side and far from each other: each is found as if it had been asked for alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/unit/gateway_sqlite/scratch_folder.hpp"

namespace tandem::gateway {
namespace {

std::string key_of(int number) {
  std::string digits = std::to_string(number);
  return "f/" + std::string(6 - digits.size(), '0') + digits;
}

// Every third number up to 3,000 has an entry.
std::unique_ptr<Catalogue> filled(const std::string& path, Runtime& runtime) {
  auto created = SqliteCatalogue::create(path, {}, runtime);
  if (!created.ok()) return nullptr;
  for (int begin = 0; begin < 3000; begin += 150) {
    Transaction transaction;
    transaction.conditions.push_back(Condition::absent(key_of(begin)));
    for (int number = begin; number < begin + 150; number += 3) {
      transaction.changes.push_back(Change::put(key_of(number), "value " + std::to_string(number)));
    }
    if (!(*created)->commit(transaction)->committed) return nullptr;
  }
  return std::move(created).value();
}

class AscendingLookupTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(catalogue_, nullptr); }

  void expect_each(const std::vector<int>& numbers) {
    std::vector<std::string> keys;
    keys.reserve(numbers.size());
    for (const int number : numbers) keys.push_back(key_of(number));
    const auto read = catalogue_->get_many(keys);
    ASSERT_TRUE(read.ok()) << to_string(read.error());
    ASSERT_EQ(read->entries.size(), keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      ASSERT_EQ(read->entries[i].has_value(), numbers[i] % 3 == 0 && numbers[i] < 3000) << keys[i];
      if (!read->entries[i]) continue;
      ASSERT_EQ(read->entries[i]->key, keys[i]);
      ASSERT_EQ(read->entries[i]->value, "value " + std::to_string(numbers[i]));
    }
  }

  protocol::SystemRuntime runtime_;
  ScratchFolder folder_;
  std::unique_ptr<Catalogue> catalogue_ = filled(folder_.file("catalogue.db"), runtime_);
};

TEST_F(AscendingLookupTest, NeighboursAreFoundAndSoAreTheGapsBetweenThem) {
  std::vector<int> all(3050);
  std::iota(all.begin(), all.end(), 0);
  expect_each(all);
}

TEST_F(AscendingLookupTest, KeysFarFromEachOtherAreFoundInAnyOrderAndMoreThanOnce) {
  std::mt19937 random(3);
  for (const int distance : {3, 6, 9, 12, 15, 30, 900}) {
    std::vector<int> some;
    for (int number = 0; number < 3200; number += distance) some.push_back(number);
    some.push_back(some.front());
    std::ranges::shuffle(some, random);
    expect_each(some);
  }
}

TEST_F(AscendingLookupTest, BehindTheLastAndBeforeTheFirstThereIsNothing) {
  expect_each({9000, 9001, 9002});
  const auto read = catalogue_->get_many(std::vector<std::string>{"a", "b", "zz", key_of(0)});
  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(read->entries[0] || read->entries[1] || read->entries[2]);
  EXPECT_TRUE(read->entries[3]);
}

}  // namespace
}  // namespace tandem::gateway
