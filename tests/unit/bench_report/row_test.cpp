#include "bench/report/row.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tandem::bench {
namespace {

Row a_row() {
  Row row;
  row.name = "create_4k_1";
  row.title = "create \"4 KiB\"";
  row.unit = "ops/s";
  row.samples = {300, 100, 200};
  row.floor_is = "two folders";
  row.floor_samples = {600, 400, 200};
  row.conditions = {{"clients", "1"}};
  row.details = {{"p99_us", 12.5}};
  return row;
}

TEST(Rows, MedianIsTheMiddleOneOrBetweenTheTwoInTheMiddle) {
  EXPECT_DOUBLE_EQ(spread_of({3, 1, 2}).median, 2);
  EXPECT_DOUBLE_EQ(spread_of({4, 1, 3, 2}).median, 2.5);
  EXPECT_DOUBLE_EQ(spread_of({4, 1, 3, 2}).min, 1);
  EXPECT_DOUBLE_EQ(spread_of({4, 1, 3, 2}).max, 4);
}

TEST(Rows, RatioIsTakenPairByPair) {
  const auto ratio = ratio_to_floor(a_row());
  ASSERT_TRUE(ratio.has_value());
  EXPECT_DOUBLE_EQ(ratio->median, 0.5);  // 0.5, 0.25, 1: not the ratio of the medians
  EXPECT_DOUBLE_EQ(ratio->min, 0.25);
  EXPECT_DOUBLE_EQ(ratio->max, 1);
  auto unpaired = a_row();
  unpaired.floor_samples.pop_back();
  EXPECT_FALSE(ratio_to_floor(unpaired).has_value());
}

TEST(Rows, VerdictGoesByTheDirectionOfTheRow) {
  auto row = a_row();
  EXPECT_EQ(verdict_of(row), Verdict::open);
  row.target = Target{Target::Against::floor, 0.5, ""};
  EXPECT_EQ(verdict_of(row), Verdict::met);
  row.target->limit = 0.51;
  EXPECT_EQ(verdict_of(row), Verdict::missed);
  row.better = Better::lower;
  EXPECT_EQ(verdict_of(row), Verdict::met);
  row.target = Target{Target::Against::value, 199, ""};
  EXPECT_EQ(verdict_of(row), Verdict::missed);
}

TEST(Rows, AProgramLeavesPeersToWhoeverHasBothRows) {
  auto row = a_row();
  row.target = Target{Target::Against::peer, 0.1, "glusterfs"};
  EXPECT_EQ(verdict_of(row), Verdict::open);
}

TEST(Rows, AreOneLineOfJson) {
  auto row = a_row();
  row.target = Target{Target::Against::floor, 0.6, ""};
  const auto text = to_json(row);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["name"], "create_4k_1");
  EXPECT_EQ(json["title"], "create \"4 KiB\"");
  EXPECT_EQ(json["better"], "higher");
  EXPECT_EQ(json["samples"], nlohmann::json::array({300, 100, 200}));
  EXPECT_EQ(json["median"], 200);
  EXPECT_EQ(json["floor"]["what"], "two folders");
  EXPECT_EQ(json["floor"]["median"], 400);
  EXPECT_EQ(json["ratio"]["median"], 0.5);
  EXPECT_EQ(json["conditions"]["clients"], "1");
  EXPECT_EQ(json["details"]["p99_us"], 12.5);
  EXPECT_EQ(json["target"]["limit"], 0.6);
  EXPECT_TRUE(json["target"]["peer"].is_null());
  EXPECT_EQ(json["verdict"], "missed");
}

TEST(Rows, WithoutAFloorSayNull) {
  auto row = a_row();
  row.floor_samples.clear();
  const auto json = nlohmann::json::parse(to_json(row));
  EXPECT_TRUE(json["floor"].is_null());
  EXPECT_TRUE(json["ratio"].is_null());
  EXPECT_TRUE(json["target"].is_null());
  EXPECT_EQ(json["verdict"], "open");
}

}  // namespace
}  // namespace tandem::bench
