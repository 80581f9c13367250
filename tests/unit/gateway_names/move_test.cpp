#include <gtest/gtest.h>

#include "gateway/catalogue/records/keys.hpp"
#include "tests/unit/gateway_names/tree.hpp"

namespace tandem::gateway {
namespace {

using support::SharedTree;
using support::Tree;
using Paths = std::map<std::string, std::string>;

// /a (1) with the file f (3), /b (2) empty, /g (4) a file.
class Moving : public ::testing::Test {
 protected:
  void SetUp() override {
    tree_.directory("/a", 1);
    tree_.directory("/b", 2);
    tree_.file("/a/f", 3);
    tree_.file("/g", 4);
  }
  void TearDown() override { EXPECT_EQ(shared_.damage(), ""); }

  static std::vector<ObjectId> ids(const Plan& plan) {
    std::vector<ObjectId> ids;
    for (const Owed& owed : plan.owed) ids.push_back(owed.id);
    return ids;
  }
  static bool guards_directory_moves(const Plan& plan) {
    for (const Condition& condition : plan.transaction.conditions) {
      if (condition.key == keys::directory_move) return true;
    }
    return false;
  }

  SharedTree shared_;
  Tree tree_{shared_};
  Tree other_{shared_};
};

TEST_F(Moving, AFileTakesItsNewNameAndLosesTheOld) {
  const auto done = tree_.move("/a/f", "/b/h");
  EXPECT_EQ(done.code, Code::ok);
  EXPECT_EQ(ids(done.plan), (std::vector<ObjectId>{Tree::numbered(3)}));
  EXPECT_FALSE(guards_directory_moves(done.plan));
  EXPECT_EQ(shared_.paths(), (Paths{{"/a", "d1"}, {"/b", "d2"}, {"/b/h", "f3"}, {"/g", "f4"}}));
}

TEST_F(Moving, AFileReplacesAFileAndBothAreOwed) {
  const auto done = tree_.move("/a/f", "/g");
  EXPECT_EQ(done.code, Code::ok);
  EXPECT_EQ(ids(done.plan), (std::vector<ObjectId>{Tree::numbered(4), Tree::numbered(3)}));
  EXPECT_EQ(shared_.paths(), (Paths{{"/a", "d1"}, {"/b", "d2"}, {"/g", "f3"}}));
  EXPECT_EQ(tree_.names().record(Tree::numbered(4)).code(), Code::not_found);
}

TEST_F(Moving, AReplacedFileStaysUnderItsOtherNames) {
  tree_.link("/g", "/b/g2");
  EXPECT_EQ(tree_.move("/a/f", "/g").code, Code::ok);
  EXPECT_EQ(shared_.paths(), (Paths{{"/a", "d1"}, {"/b", "d2"}, {"/b/g2", "f4"}, {"/g", "f3"}}));
}

TEST_F(Moving, WithoutReplacingItStopsAtWhatIsThere) {
  EXPECT_EQ(tree_.move("/a/f", "/g", true).code, Code::exists);
  EXPECT_EQ(tree_.move("/a/f", "/a/f", true).code, Code::exists);
  EXPECT_EQ(tree_.move("/a/f", "/new", true).code, Code::ok);
}

TEST_F(Moving, ADirectoryReplacesAnEmptyDirectoryOnly) {
  EXPECT_EQ(tree_.move("/b", "/a").code, Code::not_empty);
  const auto done = tree_.move("/a", "/b");
  EXPECT_EQ(done.code, Code::ok);
  EXPECT_EQ(ids(done.plan), (std::vector<ObjectId>{Tree::numbered(2), Tree::numbered(1)}));
  EXPECT_EQ(shared_.paths(), (Paths{{"/b", "d1"}, {"/b/f", "f3"}, {"/g", "f4"}}));
}

TEST_F(Moving, AReplacedDirectoryFilledMeanwhileConflicts) {
  const auto plan = tree_.names().plan_move("/a", "/b", false);
  ASSERT_TRUE(plan.ok());
  other_.file("/b/new", 9);
  EXPECT_FALSE(tree_.catalogue().commit(plan->transaction)->committed);
}

TEST_F(Moving, KindsDoNotReplaceEachOther) {
  EXPECT_EQ(tree_.move("/g", "/b").code, Code::is_directory);
  EXPECT_EQ(tree_.move("/b", "/g").code, Code::not_directory);
}

TEST_F(Moving, OntoItselfOrAnotherNameOfItselfNothingHappens) {
  tree_.link("/g", "/b/g2");
  for (const auto& [from, to] : {std::pair{"/g", "/g"}, {"/g", "/b/g2"}, {"/a", "/a"}}) {
    const auto before = shared_.catalogue().revision();
    const auto done = tree_.move(from, to);
    EXPECT_EQ(done.code, Code::ok) << from << " " << to;
    EXPECT_TRUE(done.plan.transaction.changes.empty() && done.plan.owed.empty());
    EXPECT_EQ(shared_.catalogue().revision(), before);
  }
}

TEST_F(Moving, ADirectoryDoesNotGoIntoItself) {
  tree_.directory("/a/c", 5);
  tree_.directory("/a/c/e", 6);
  EXPECT_EQ(tree_.move("/a", "/a/x").code, Code::invalid);
  EXPECT_EQ(tree_.move("/a", "/a/c/e/x").code, Code::invalid);
  EXPECT_EQ(tree_.move("/a", "/a/c/e").code, Code::invalid);
  EXPECT_EQ(tree_.move("/a/c/e", "/a").code, Code::not_empty);
}

TEST_F(Moving, TheRootStaysWhereItIs) {
  EXPECT_EQ(tree_.move("/", "/b/x").code, Code::invalid);
  EXPECT_EQ(tree_.move("/a", "/").code, Code::invalid);
}

TEST_F(Moving, WhatIsNotThereCannotBeMoved) {
  EXPECT_EQ(tree_.move("/x", "/y").code, Code::not_found);
  EXPECT_EQ(tree_.move("/g", "/x/y").code, Code::not_found);
  EXPECT_EQ(tree_.move("/g", "/a/f/y").code, Code::not_directory);
}

TEST_F(Moving, ADirectoryMovesWithAllBelowItAsOneRecord) {
  const auto done = tree_.move("/a", "/b/a2");
  EXPECT_EQ(done.code, Code::ok);
  EXPECT_TRUE(guards_directory_moves(done.plan));
  EXPECT_LE(done.plan.transaction.changes.size(), 4U);
  EXPECT_EQ(shared_.paths(), (Paths{{"/b", "d2"}, {"/b/a2", "d1"}, {"/b/a2/f", "f3"}, {"/g", "f4"}}));
}

TEST_F(Moving, ARenameWithinItsDirectoryNeedsNoTurn) {
  const auto done = tree_.move("/a", "/a2");
  EXPECT_EQ(done.code, Code::ok);
  EXPECT_FALSE(guards_directory_moves(done.plan));
}

TEST_F(Moving, TwoMovesThatTogetherMakeACycleDoNotBothHappen) {
  const auto mine = tree_.names().plan_move("/a", "/b/a", false);
  const auto theirs = other_.names().plan_move("/b", "/a/b", false);
  ASSERT_TRUE(mine.ok() && theirs.ok());
  EXPECT_TRUE(tree_.catalogue().commit(mine->transaction)->committed);
  EXPECT_FALSE(other_.catalogue().commit(theirs->transaction)->committed);
  EXPECT_EQ(other_.move("/b", "/a/b").code, Code::not_found);
}

TEST_F(Moving, ASecondDirectoryMoveAfterTheFirstIsFine) {
  EXPECT_EQ(tree_.move("/a", "/b/a").code, Code::ok);
  EXPECT_EQ(other_.move("/b/a", "/a").code, Code::ok);
  EXPECT_EQ(tree_.move("/b", "/a/b").code, Code::ok);
}

}  // namespace
}  // namespace tandem::gateway
