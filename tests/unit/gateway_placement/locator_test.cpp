#include "gateway/placement/locator.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/unit/gateway_names/tree.hpp"

namespace tandem::gateway {
namespace {

using support::SharedTree;
using support::Tree;

class Locating : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(tree_.directory("/a", 1).code, Code::ok);
    ASSERT_EQ(tree_.file("/a/f", 2).code, Code::ok);
  }
  Code code_of(std::string_view path) { return locator_.locate(path).code(); }

  SharedTree shared_;
  PathMap map_{1000};
  Tree tree_{shared_, {}, [this](std::string_view key) { map_.changed(key); }};
  Tree other_{shared_};
  Locator locator_{tree_.catalogue(), tree_.names(), map_};
};

TEST_F(Locating, TheSecondTimeItComesOutOfTheMap) {
  EXPECT_EQ(*locator_.locate("/a/f"), (Located{Tree::numbered(2), Kind::file, "p1"}));
  const auto hits = map_.counters().hits;
  EXPECT_EQ(*locator_.locate("/a/f"), (Located{Tree::numbered(2), Kind::file, "p1"}));
  EXPECT_EQ(map_.counters().hits, hits + 1);
  EXPECT_EQ(locator_.locate("/")->id, root_directory);
}

TEST_F(Locating, ChangesByOthersAreSeenAtOnce) {
  ASSERT_EQ(code_of("/a/f"), Code::ok);
  other_.move("/a/f", "/a/g");
  EXPECT_EQ(code_of("/a/f"), Code::not_found);
  EXPECT_EQ(code_of("/a/g"), Code::ok);
  other_.move("/a", "/b");
  EXPECT_EQ(code_of("/a/g"), Code::not_found);
  EXPECT_EQ(code_of("/b/g"), Code::ok);
  other_.remove("/b/g");
  other_.file("/b/g", 7);
  EXPECT_EQ(locator_.locate("/b/g")->id, Tree::numbered(7));
}

TEST_F(Locating, OwnChangesAreSeenAtOnce) {
  ASSERT_EQ(code_of("/a/f"), Code::ok);
  tree_.move("/a", "/b");
  EXPECT_EQ(code_of("/a/f"), Code::not_found);
  EXPECT_EQ(code_of("/b/f"), Code::ok);
}

// Two threads rename the directory to and fro, each in its own process; a reader that has just committed or
// seen one name must not be told of the other out of an outdated map.
TEST_F(Locating, NoAnswerIsOlderThanTheCall) {
  std::atomic<int> finished{-1};  // renames that are surely done
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::thread reader([&] {
    while (!stop) {
      const int before = finished.load();
      const bool first = locator_.locate("/a/f").ok();
      const int after = finished.load();
      // Nothing was under way during the call: the answer is decided.
      if (before == after && before >= 0 && before % 2 == 0 && first != (before % 4 == 0)) ++wrong;
    }
  });
  for (int i = 0; i < 400; ++i) {
    finished = 4 * (i / 2) + (i % 2 == 0 ? 1 : 3);
    Tree& mover = i % 3 == 0 ? tree_ : other_;
    ASSERT_EQ(mover.move(i % 2 == 0 ? "/a" : "/b", i % 2 == 0 ? "/b" : "/a").code, Code::ok);
    finished = 4 * (i / 2) + (i % 2 == 0 ? 2 : 4);
    std::this_thread::yield();
  }
  stop = true;
  reader.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace tandem::gateway
