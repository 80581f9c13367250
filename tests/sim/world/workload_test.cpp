#include "tests/sim/world/workload.hpp"

#include <gtest/gtest.h>

namespace tandem::sim {
namespace {

TEST(Contents, DescribeThemselves) {
  EXPECT_EQ(describe_content(""), "");
  EXPECT_EQ(describe_content(make_segment("c1.7", 0)), "c1.7|");
  EXPECT_EQ(describe_content(make_segment("c1.7", 70'000) + make_segment("c2.9", 3)), "c1.7|c2.9|");
}

TEST(Contents, ShowEveryKindOfDamage) {
  std::string content = make_segment("c1.7", 1000);
  EXPECT_NE(describe_content(content.substr(0, 500)), "c1.7|");
  EXPECT_NE(describe_content(content.substr(1)), "c1.7|");
  EXPECT_NE(describe_content(content + "x"), "c1.7|");
  content[700] ^= 1;
  EXPECT_NE(describe_content(content).find("damaged"), std::string::npos);
  EXPECT_NE(describe_content(make_segment("c1.7", 1000)), describe_content(make_segment("c1.8", 1000)));
}

}  // namespace
}  // namespace tandem::sim
