#include "gateway/placement/member_turns.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <vector>

#ifdef NDEBUG
#error "assertions stay on in every build, the optimised ones too (cmake/ProjectSettings.cmake)"
#endif

namespace tandem::gateway {
namespace {

std::vector<int> listed(const MemberTurns::Order& order) {
  return {order.begin(), order.end()};
}

TEST(MemberTurns, EachMemberIsFirstInTurn) {
  MemberTurns turns(2);
  EXPECT_EQ(listed(turns.next()), (std::vector<int>{0, 1}));
  EXPECT_EQ(listed(turns.next()), (std::vector<int>{1, 0}));
  EXPECT_EQ(listed(turns.next()), (std::vector<int>{0, 1}));
}

TEST(MemberTurns, TheStartIsTheCallersChoice) {
  MemberTurns turns(3, 2);
  EXPECT_EQ(listed(turns.next()), (std::vector<int>{2, 0, 1}));
}

TEST(MemberTurns, OneRequestMoreChangesNothingTwoDo) {
  MemberTurns turns(2);
  const MemberTurns::Request first(turns, 0);
  EXPECT_EQ(turns.next()[0], 0);
  EXPECT_EQ(turns.next()[0], 1);
  std::optional<MemberTurns::Request> second(std::in_place, turns, 0);
  EXPECT_EQ(turns.outstanding(0), 2U);
  EXPECT_EQ(turns.next()[0], 1);
  EXPECT_EQ(turns.next()[0], 1);
  second.reset();
  EXPECT_EQ(turns.next()[0], 0);
  EXPECT_EQ(turns.asked(0), 2U);
  EXPECT_EQ(turns.asked(1), 0U);
}

TEST(MemberTurns, TheIdlestOfManyIsFirst) {
  MemberTurns turns(3);
  const MemberTurns::Request a(turns, 0);
  const MemberTurns::Request b(turns, 0);
  const MemberTurns::Request c(turns, 0);
  const MemberTurns::Request d(turns, 1);
  EXPECT_EQ(listed(turns.next()), (std::vector<int>{2, 1, 0}));
}

TEST(MemberTurns, WhoIsOutIsNotAsked) {
  MemberTurns turns(3);
  MemberSet out;
  out.set(1);
  EXPECT_EQ(listed(turns.next(out)), (std::vector<int>{0, 2}));
  EXPECT_EQ(listed(turns.next(out)), (std::vector<int>{2, 0}));
  out.set();
  EXPECT_EQ(turns.next(out).size(), 0U);
}

TEST(MemberTurns, ConcurrentReadersSpreadEvenly) {
  MemberTurns turns(2);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 500; ++n) const MemberTurns::Request request(turns, turns.next()[0]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(turns.outstanding(0) + turns.outstanding(1), 0U);
  EXPECT_EQ(turns.asked(0) + turns.asked(1), 2000U);
  EXPECT_GT(turns.asked(0), 500U);
  EXPECT_GT(turns.asked(1), 500U);
}

// The library's assertions, not only this file's.
TEST(MemberTurnsDeathTest, AnAssertionStopsTheProgramInTheOptimisedBuildToo) {
  EXPECT_DEATH(MemberTurns(0), "members >= 1");
}

}  // namespace
}  // namespace tandem::gateway
