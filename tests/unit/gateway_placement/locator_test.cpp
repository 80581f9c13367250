#include "gateway/placement/locator.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "gateway/catalogue/records/keys.hpp"
#include "tests/support/memory_catalogue/passing.hpp"
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
  const auto first = *locator_.locate("/a/f");
  EXPECT_EQ(first->id, Tree::numbered(2));
  EXPECT_EQ(first->record.kind, Kind::file);
  const auto hits = map_.counters().hits;
  EXPECT_EQ(*locator_.locate("/a/f"), first);
  EXPECT_EQ(map_.counters().hits, hits + 1);
  EXPECT_EQ((*locator_.locate("/"))->id, root_directory);
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
  EXPECT_EQ((*locator_.locate("/b/g"))->id, Tree::numbered(7));
}

TEST_F(Locating, ARecordChangedByAnybodyIsSeenAtOnce) {
  for (Tree* changer : {&other_, &tree_}) {
    const auto before = *locator_.locate("/a/f");
    const auto done = changer->run([&] {
      const auto present = changer->names().resolve("/a/f");
      EXPECT_TRUE(present.ok());
      ObjectRecord next = present->record;
      next.size_bytes += 1;
      return changer->names().plan_update(*present, next);
    });
    ASSERT_EQ(done.code, Code::ok);
    const auto after = *locator_.locate("/a/f");
    EXPECT_EQ(after->record.size_bytes, before->record.size_bytes + 1);
    EXPECT_GT(after->revision, before->revision);
  }
}

TEST_F(Locating, AnIntentOfANewerClientIsNoticedAtOnce) {
  ASSERT_EQ(code_of("/a/f"), Code::ok);
  const std::string key = keys::intent(Tree::numbered(2));
  const Transaction intent{{Condition::absent(key)}, {Change::put(key, "?")}};
  ASSERT_TRUE(other_.catalogue().commit(intent).ok());
  EXPECT_EQ(code_of("/a/f"), Code::unsupported);
}

// The catalogue's revision becomes known while a path is being followed, and with it a change of what was
// read already.
TEST_F(Locating, ARecordReadBeforeTheRevisionWasKnownIsNotRemembered) {
  int reads = 0;
  std::optional<support::Changing> engine;
  const auto grow = [&](std::uint64_t size_bytes) {
    return other_.run([&] {
      const auto present = other_.names().resolve("/a/f");
      ObjectRecord next = present->record;
      next.size_bytes = size_bytes;
      return other_.names().plan_update(*present, next);
    });
  };
  const auto client = shared_.catalogue().connect({.after = [&](support::CatalogueCall) {
    // Behind the reads of two names and the record; that there is no intent is read next.
    if (++reads == 3) {
      EXPECT_EQ(grow(77).code, Code::ok);
      engine->changing = false;
    }
    return success();
  }});
  engine.emplace(*client);
  PathMap map(1000);
  CachedCatalogue catalogue(*engine, 1000, [&](std::string_view key) { map.changed(key); });
  Names names(catalogue);
  Locator locator(catalogue, names, map);
  ASSERT_TRUE(locator.locate("/a/f").ok());
  ASSERT_TRUE(catalogue.current());
  EXPECT_EQ((*locator.locate("/a/f"))->record.size_bytes, 77U);
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
