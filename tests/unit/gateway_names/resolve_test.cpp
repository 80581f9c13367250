#include <gtest/gtest.h>

#include "gateway/catalogue/names/initial.hpp"
#include "gateway/catalogue/records/keys.hpp"
#include "tests/unit/gateway_names/tree.hpp"

namespace tandem::gateway {
namespace {

using support::SharedTree;
using support::Tree;

class Resolving : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(tree_.directory("/a", 1).code, Code::ok);
    ASSERT_EQ(tree_.directory("/a/b", 2).code, Code::ok);
    ASSERT_EQ(tree_.file("/a/b/f", 3).code, Code::ok);
  }

  SharedTree shared_;
  Tree tree_{shared_};
};

TEST_F(Resolving, TheRootIsADirectoryFromTheStart) {
  const auto root = tree_.names().resolve("/");
  ASSERT_TRUE(root.ok());
  EXPECT_EQ(root->id, root_directory);
  EXPECT_EQ(root->record.kind, Kind::directory);
  EXPECT_EQ(root->record.attributes.mode, 0755U);
}

TEST_F(Resolving, FollowsThePathWhateverItsSlashes) {
  for (const char* path : {"/a/b/f", "//a/./b//f", "/a/b/f/"}) {
    const auto file = tree_.names().resolve(path);
    ASSERT_TRUE(file.ok()) << path;
    EXPECT_EQ(file->id, Tree::numbered(3));
    EXPECT_EQ(file->record.pair, "p1");
  }
}

TEST_F(Resolving, TellsTheNamesItWentThrough) {
  const auto walk = tree_.names().walk("/a/b/f");
  ASSERT_TRUE(walk.ok());
  EXPECT_EQ(walk->steps,
            (std::vector<Name>{{root_directory, "a"}, {Tree::numbered(1), "b"}, {Tree::numbered(2), "f"}}));
}

TEST_F(Resolving, SaysWhatIsMissingAndWhere) {
  const auto missing = tree_.names().resolve("/a/x/y/z");
  ASSERT_EQ(missing.code(), Code::not_found);
  EXPECT_EQ(to_string(missing.error()),
            "/a/x/y/z: the directory /a/x does not exist (make it first, with mkdir -p /a/x)");
  EXPECT_EQ(to_string(tree_.names().resolve("/a/x").error()), "/a/x: does not exist");
}

TEST_F(Resolving, AFileOnTheWayIsNotADirectory) {
  EXPECT_EQ(tree_.names().resolve("/a/b/f/g").code(), Code::not_directory);
  EXPECT_EQ(tree_.names().place("/a/b/f/g").code(), Code::not_directory);
}

TEST_F(Resolving, WhatIsNoPathIsInvalid) {
  EXPECT_EQ(tree_.names().resolve("/a/../b").code(), Code::invalid);
  EXPECT_EQ(tree_.names().resolve("/" + std::string(256, 'x')).code(), Code::invalid);
  EXPECT_EQ(tree_.names().place("/").code(), Code::invalid);
}

TEST_F(Resolving, APlaceIsFreeOrTaken) {
  const auto free = tree_.names().place("/a/b/new");
  ASSERT_TRUE(free.ok());
  EXPECT_EQ(free->directory, Tree::numbered(2));
  EXPECT_EQ(free->name, "new");
  EXPECT_EQ(free->name_revision, 0U);
  EXPECT_FALSE(free->occupant);
  const auto taken = tree_.names().place("/a/b/f");
  ASSERT_TRUE(taken.ok() && taken->occupant);
  EXPECT_EQ(taken->occupant->id, Tree::numbered(3));
  EXPECT_NE(taken->name_revision, 0U);
}

TEST_F(Resolving, ARecordIsFoundByItsIdAndAPathByIt) {
  EXPECT_TRUE(tree_.names().record(Tree::numbered(3)).ok());
  EXPECT_EQ(tree_.names().record(Tree::numbered(9)).code(), Code::not_found);
  EXPECT_EQ(*tree_.names().path_of(Tree::numbered(3)), "/a/b/f");
  EXPECT_EQ(*tree_.names().path_of(Tree::numbered(1)), "/a");
  EXPECT_EQ(*tree_.names().path_of(root_directory), "/");
}

TEST_F(Resolving, AFileWithAnIntentOfANewerClientIsRefused) {
  Transaction intent;
  intent.conditions.push_back(Condition::absent(keys::intent(Tree::numbered(3))));
  intent.changes.push_back(Change::put(keys::intent(Tree::numbered(3)), "?"));
  ASSERT_TRUE(tree_.catalogue().commit(intent)->committed);
  EXPECT_EQ(tree_.names().resolve("/a/b/f").code(), Code::unsupported);
  EXPECT_EQ(tree_.remove("/a/b/f").code, Code::unsupported);
  EXPECT_TRUE(tree_.names().resolve("/a/b").ok());
}

TEST(InitialEntries, AreTakenByAnEmptyCatalogueOnly) {
  protocol::SystemRuntime runtime;
  support::MemoryCatalogue catalogue(runtime);
  const auto client = catalogue.connect();
  ClusterRecord cluster;
  cluster.name = "home";
  PairRecord pair;
  pair.name = "p1";
  const Transaction first = initial_entries(cluster, {pair});
  ASSERT_TRUE(client->commit(first)->committed);
  EXPECT_FALSE(client->commit(first)->committed);
  const auto stored = client->get(keys::pair("p1"));
  ASSERT_TRUE(stored.ok() && *stored);
  EXPECT_EQ(decode<PairRecord>((*stored)->value)->name, "p1");
  EXPECT_EQ(decode<ClusterRecord>((*client->get(keys::meta))->value)->name, "home");
}

}  // namespace
}  // namespace tandem::gateway
