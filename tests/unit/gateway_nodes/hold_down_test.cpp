#include "gateway/nodes/hold_down.hpp"

#include <gtest/gtest.h>

namespace tandem::gateway {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class FlappingNode : public ::testing::Test {
 protected:
  void goes_out() { hold_down_.out(node_, ++outage_, now_); }
  bool may_return_after(Duration wait) {
    hold_down_.answers(node_, run_, now_ += wait);
    return hold_down_.may_return(node_, now_);
  }

  HoldDown hold_down_;
  NodeId node_ = *NodeId::from_raw("0123456789abcdef");
  std::uint64_t outage_ = 0;
  std::uint64_t run_ = 1;
  Instant now_{std::chrono::hours(1)};
};

TEST_F(FlappingNode, MayReturnAtOnceTheFirstTime) {
  EXPECT_TRUE(may_return_after(seconds(0))) << "nothing is known of it";
  goes_out();
  EXPECT_TRUE(may_return_after(seconds(0)));
}

TEST_F(FlappingNode, HasToAnswerTwiceAsLongEachFurtherTime) {
  goes_out();
  for (const int wait : {2, 4, 8, 16, 32, 60, 60}) {
    goes_out();
    EXPECT_FALSE(may_return_after(seconds(1))) << "it has only begun to answer";
    EXPECT_FALSE(may_return_after(seconds(wait - 1)));
    EXPECT_TRUE(may_return_after(seconds(1))) << wait;
  }
}

TEST_F(FlappingNode, BeginsAnewWhenItFallsSilentMeanwhile) {
  goes_out();
  goes_out();
  EXPECT_FALSE(may_return_after(seconds(0)));
  now_ += seconds(1);
  hold_down_.silent(node_);
  EXPECT_FALSE(may_return_after(seconds(1)));
  EXPECT_FALSE(may_return_after(seconds(1)));
  EXPECT_TRUE(may_return_after(seconds(1)));
}

TEST_F(FlappingNode, BeginsAnewWhenItWasRestartedMeanwhile) {
  goes_out();
  goes_out();
  EXPECT_FALSE(may_return_after(seconds(0)));
  ++run_;
  EXPECT_FALSE(may_return_after(seconds(1)));
  EXPECT_FALSE(may_return_after(seconds(1)));
  EXPECT_TRUE(may_return_after(seconds(1)));
}

TEST_F(FlappingNode, IsNotCountedTwiceForOneOutage) {
  goes_out();
  hold_down_.out(node_, outage_, now_ += seconds(1));
  EXPECT_TRUE(may_return_after(seconds(0)));
}

TEST_F(FlappingNode, IsForgivenAfterTenQuietMinutes) {
  goes_out();
  goes_out();
  now_ += minutes(11);
  goes_out();
  EXPECT_TRUE(may_return_after(seconds(0)));
}

}  // namespace
}  // namespace tandem::gateway
