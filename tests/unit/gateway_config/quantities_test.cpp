#include <gtest/gtest.h>

#include "gateway/config/config.hpp"

namespace tandem::gateway {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Quantities, DurationsHaveAUnit) {
  EXPECT_EQ(*parse_duration("250us"), microseconds(250));
  EXPECT_EQ(*parse_duration("300ms"), milliseconds(300));
  EXPECT_EQ(*parse_duration("1s"), seconds(1));
  EXPECT_EQ(*parse_duration("5m"), minutes(5));
  EXPECT_EQ(*parse_duration("2h"), hours(2));
  EXPECT_EQ(*parse_duration("30d"), hours(24 * 30));
}

TEST(Quantities, ZeroNeedsNoUnit) {
  EXPECT_EQ(*parse_duration("0"), Duration::zero());
}

TEST(Quantities, WhatIsNoDurationIsRefusedWithTheMend) {
  for (const char* text : {"", "5", "ms", "-1s", "1 s", "1.5s", "1sec", "9999999999999999d", " 1s", "1s "}) {
    const auto result = parse_duration(text);
    EXPECT_EQ(result.code(), Code::invalid) << text;
    EXPECT_NE(result.error().mend, "") << text;
  }
}

TEST(Quantities, SizesAreBytesOrPowersOfTwo) {
  EXPECT_EQ(*parse_size("4096"), 4096U);
  EXPECT_EQ(*parse_size("12B"), 12U);
  EXPECT_EQ(*parse_size("3KiB"), 3U << 10);
  EXPECT_EQ(*parse_size("20MiB"), 20U << 20);
  EXPECT_EQ(*parse_size("1GiB"), std::uint64_t{1} << 30);
  EXPECT_EQ(*parse_size("2TiB"), std::uint64_t{2} << 40);
}

TEST(Quantities, WhatIsNoSizeIsRefused) {
  for (const char* text : {"", "GiB", "1GB", "-1", "1.5GiB", "99999999999TiB", "1 KiB"}) {
    EXPECT_EQ(parse_size(text).code(), Code::invalid) << text;
  }
}

}  // namespace
}  // namespace tandem::gateway
