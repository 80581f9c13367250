// ./dev demo where nobody watches: it says how it ended, and takes everything away that it brought.
#include <signal.h>

#include "tests/cluster/dev/built_tree.hpp"

namespace tandem::test {
namespace {

constexpr std::chrono::minutes limit{5};

class DevDemo : public testing::Test {
 protected:
  void expect_nothing_left() {
    EXPECT_EQ(tree_.processes(), std::vector<pid_t>{});
    EXPECT_TRUE(std::filesystem::is_empty(tree_.temporary()));
  }
  BuiltTree tree_;
};

TEST_F(DevDemo, EndsHealthyAndLeavesNothing) {
  auto command = tree_.dev_command({"demo"});
  command.deadline = limit;
  const auto outcome = run(command);
  EXPECT_EQ(outcome.status, 0) << describe(outcome);
  for (const char* step :
       {"killed node 2", "read back", "healthy; both members of each pair hold the same", "done"}) {
    EXPECT_NE(outcome.output.find(step), std::string::npos) << step << ": " << describe(outcome);
  }
  expect_nothing_left();
}

TEST_F(DevDemo, LeavesNothingWhenItIsEndedHalfWay) {
  Child demo(tree_.dev_command({"demo"}));
  const auto killed = [&] { return demo.output().find("killed node 2") != std::string::npos; };
  ASSERT_TRUE(wait_until([&] { return killed() || !demo.running(); }, limit) && killed())
      << demo.output() << demo.errors();
  demo.signal(SIGTERM);
  EXPECT_EQ(demo.wait(limit), 128 + SIGTERM) << demo.output() << demo.errors();
  expect_nothing_left();
}

}  // namespace
}  // namespace tandem::test
