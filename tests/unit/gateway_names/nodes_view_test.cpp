#include <gtest/gtest.h>

#include "gateway/catalogue/records/keys.hpp"
#include "tests/unit/gateway_names/tree.hpp"

namespace tandem::gateway {
namespace {

using support::CatalogueCall;
using support::CatalogueHooks;
using support::SharedTree;
using support::Tree;

// /a (1) / b (2) / f (3), which is also /c (4) / g.
class NodesView : public ::testing::Test {
 protected:
  void SetUp() override {
    tree_.directory("/a", 1);
    tree_.directory("/a/b", 2);
    tree_.file("/a/b/f", 3);
    tree_.directory("/c", 4);
    tree_.link("/a/b/f", "/c/g");
  }
  Revision revision_of(std::uint8_t number) { return tree_.names().record(Tree::numbered(number))->revision; }

  SharedTree shared_;
  Tree tree_{shared_};
};

TEST_F(NodesView, TheChainGoesFromTheRootDown) {
  const auto chain = tree_.names().chain(Tree::numbered(2));
  ASSERT_TRUE(chain.ok());
  EXPECT_EQ(*chain,
            (std::vector<DirectoryStep>{{Tree::numbered(1), revision_of(1), root_directory, "a"},
                                        {Tree::numbered(2), revision_of(2), Tree::numbered(1), "b"}}));
  EXPECT_TRUE(tree_.names().chain(root_directory)->empty());
}

TEST_F(NodesView, TheChainOfADirectoryThatIsGoneIsStale) {
  EXPECT_EQ(tree_.names().chain(Tree::numbered(9)).code(), Code::stale);
}

TEST_F(NodesView, AFileIsToldWithAllItsNamesAndEachDirectoryOnce) {
  tree_.link("/a/b/f", "/a/h");
  const auto item = tree_.names().settle_item(Tree::numbered(3), Kind::file);
  ASSERT_TRUE(item.ok());
  EXPECT_FALSE(item->removed);
  EXPECT_EQ(item->revision, revision_of(3));
  EXPECT_EQ(item->names, (std::vector<Name>{
                             {Tree::numbered(2), "f"}, {Tree::numbered(4), "g"}, {Tree::numbered(1), "h"}}));
  std::vector<ObjectId> directories;
  for (const DirectoryStep& step : item->directories) directories.push_back(step.id);
  EXPECT_EQ(directories, (std::vector<ObjectId>{Tree::numbered(1), Tree::numbered(2), Tree::numbered(4)}));
}

TEST_F(NodesView, ADirectoryIsToldWithItsPlaceAndWhatIsAboveIt) {
  const auto item = tree_.names().settle_item(Tree::numbered(2), Kind::directory);
  ASSERT_TRUE(item.ok());
  EXPECT_EQ(item->kind, Kind::directory);
  EXPECT_EQ(item->names, (std::vector<Name>{{Tree::numbered(1), "b"}}));
  ASSERT_EQ(item->directories.size(), 1U);
  EXPECT_EQ(item->directories[0].id, Tree::numbered(1));
}

TEST_F(NodesView, ARemovedRecordIsARemovalAtARevisionBehindIt) {
  tree_.remove("/a/b/f");
  tree_.remove("/c/g");
  const Revision removed_at = shared_.catalogue().revision();
  tree_.file("/later", 8);
  const auto item = tree_.names().settle_item(Tree::numbered(3), Kind::file);
  ASSERT_TRUE(item.ok());
  EXPECT_TRUE(item->removed);
  EXPECT_EQ(item->kind, Kind::file);
  EXPECT_EQ(item->revision, shared_.catalogue().revision());
  EXPECT_GT(item->revision, removed_at);
}

// Behind each read of the engine in turn, the directory above is moved: what comes out is always one state
// that was, never a mixture.
TEST_F(NodesView, AChainThatChangesWhileItIsReadIsReadAgain) {
  for (int at = 0; at < 12; ++at) {
    SharedTree shared;
    Tree mover(shared);
    mover.directory("/a", 1);
    mover.directory("/a/b", 2);
    mover.directory("/a/b/e", 3);
    mover.directory("/c", 4);
    mover.file("/a/b/e/f", 5);
    int calls = 0;
    const CatalogueHooks hooks{.after = [&](CatalogueCall) {
      if (calls++ == at) {
        EXPECT_EQ(mover.move("/a", "/c/a").code, Code::ok);
        EXPECT_EQ(mover.move("/c/a/b", "/b").code, Code::ok);
      }
      return success();
    }};
    Tree reader(shared, hooks);
    const auto item = reader.names().settle_item(Tree::numbered(5), Kind::file);
    ASSERT_TRUE(item.ok());
    std::string path;
    for (const DirectoryStep& step : item->directories) path += "/" + step.name;
    const std::string expected = calls > at ? "/b/e" : "/a/b/e";
    EXPECT_EQ(path, expected) << at;
  }
}

TEST_F(NodesView, WhatNeverStandsStillIsStaleInTheEnd) {
  Tree mover(shared_);
  bool inside = false;
  int turn = 0;
  const CatalogueHooks hooks{.after = [&](CatalogueCall) {
    if (inside) return success();
    inside = true;
    EXPECT_EQ(mover.move(turn % 2 == 0 ? "/a" : "/z", turn % 2 == 0 ? "/z" : "/a").code, Code::ok);
    ++turn;
    inside = false;
    return success();
  }};
  Tree reader(shared_, hooks);
  EXPECT_EQ(reader.names().chain(Tree::numbered(2)).code(), Code::stale);
}

}  // namespace
}  // namespace tandem::gateway
