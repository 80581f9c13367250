#include <gtest/gtest.h>

#include "gateway/catalogue/records/keys.hpp"
#include "protocol/contract/limits.hpp"
#include "tests/unit/gateway_names/tree.hpp"

namespace tandem::gateway {

bool operator==(const Owed& left, const Owed& right) {
  return left.id == right.id && left.kind == right.kind && left.pair == right.pair;
}

namespace {

using support::SharedTree;
using support::Tree;
using Paths = std::map<std::string, std::string>;

class Plans : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(shared_.damage(), ""); }

  SharedTree shared_;
  Tree tree_{shared_};
  Tree other_{shared_};
};

TEST_F(Plans, CreatingAFileOwesItToItsPairAndADirectoryOwesNothing) {
  const auto directory = tree_.directory("/d", 1);
  EXPECT_EQ(directory.code, Code::ok);
  EXPECT_TRUE(directory.plan.owed.empty());
  const auto file = tree_.file("/d/f", 2);
  EXPECT_EQ(file.code, Code::ok);
  EXPECT_EQ(file.plan.owed, (std::vector<Owed>{{Tree::numbered(2), Kind::file, "p1"}}));
  EXPECT_TRUE(tree_.symlink("elsewhere", "/d/s", 3).plan.owed.empty());
  EXPECT_EQ(tree_.names().resolve("/d/f")->record.names, (std::vector<Name>{{Tree::numbered(1), "f"}}));
}

TEST_F(Plans, ATakenNameIsRefused) {
  tree_.file("/f", 1);
  EXPECT_EQ(tree_.file("/f", 2).code, Code::exists);
  EXPECT_EQ(tree_.directory("/f", 2).code, Code::exists);
  EXPECT_EQ(other_.directory("/f", 2).code, Code::exists);
}

TEST_F(Plans, OfTwoCreatesAtOnceOneWins) {
  const auto mine = tree_.plan_create("/f", Tree::numbered(1), {.pair = "p1"});
  const auto theirs = other_.plan_create("/f", Tree::numbered(2), {.pair = "p1"});
  EXPECT_TRUE(tree_.catalogue().commit(mine->transaction)->committed);
  EXPECT_FALSE(other_.catalogue().commit(theirs->transaction)->committed);
  EXPECT_EQ(shared_.paths(), (Paths{{"/f", "f1"}}));
}

TEST_F(Plans, ACreateUnderADirectoryRemovedMeanwhileConflicts) {
  tree_.directory("/d", 1);
  const auto plan = tree_.plan_create("/d/f", Tree::numbered(2), {.pair = "p1"});
  ASSERT_EQ(other_.remove("/d").code, Code::ok);
  EXPECT_FALSE(tree_.catalogue().commit(plan->transaction)->committed);
}

TEST_F(Plans, ARemovalOfADirectoryFilledMeanwhileConflicts) {
  tree_.directory("/d", 1);
  const auto plan = tree_.names().plan_remove("/d");
  ASSERT_EQ(other_.file("/d/f", 2).code, Code::ok);
  EXPECT_FALSE(tree_.catalogue().commit(plan->transaction)->committed);
  EXPECT_EQ(tree_.remove("/d").code, Code::not_empty);
}

TEST_F(Plans, RemovingOwesTheFileToItsPairAndADirectoryToAll) {
  tree_.directory("/d", 1);
  tree_.file("/d/f", 2);
  const auto file = tree_.remove("/d/f");
  EXPECT_EQ(file.plan.owed, (std::vector<Owed>{{Tree::numbered(2), Kind::file, "p1"}}));
  const auto directory = tree_.remove("/d");
  EXPECT_EQ(directory.plan.owed, (std::vector<Owed>{{Tree::numbered(1), Kind::directory, ""}}));
  EXPECT_TRUE(shared_.paths().empty());
  EXPECT_EQ(tree_.remove("/d").code, Code::not_found);
  EXPECT_EQ(tree_.remove("/").code, Code::invalid);
}

TEST_F(Plans, AFileStaysUntilItsLastNameIsRemoved) {
  tree_.directory("/d", 1);
  tree_.file("/f", 2);
  ASSERT_EQ(tree_.link("/f", "/d/g").code, Code::ok);
  EXPECT_EQ(tree_.names().resolve("/f")->record.names,
            (std::vector<Name>{{root_directory, "f"}, {Tree::numbered(1), "g"}}));
  ASSERT_EQ(tree_.remove("/f").code, Code::ok);
  const auto rest = tree_.names().resolve("/d/g");
  ASSERT_TRUE(rest.ok());
  EXPECT_EQ(rest->record.names, (std::vector<Name>{{Tree::numbered(1), "g"}}));
  ASSERT_EQ(tree_.remove("/d/g").code, Code::ok);
  EXPECT_EQ(tree_.names().record(Tree::numbered(2)).code(), Code::not_found);
}

TEST_F(Plans, ALinkHasItsRules) {
  tree_.directory("/d", 1);
  tree_.file("/f", 2);
  EXPECT_EQ(tree_.link("/d", "/e").code, Code::is_directory);
  EXPECT_EQ(tree_.link("/f", "/d").code, Code::exists);
  EXPECT_EQ(tree_.link("/f", "/f").code, Code::exists);
  EXPECT_EQ(tree_.link("/x", "/y").code, Code::not_found);
  EXPECT_EQ(tree_.link("/f", "/x/y").code, Code::not_found);
}

TEST_F(Plans, AFileHasABoundedNumberOfNames) {
  tree_.file("/f", 1);
  for (std::size_t i = 1; i < limits::names_per_object_max; ++i) {
    ASSERT_EQ(tree_.link("/f", "/n" + std::to_string(i)).code, Code::ok);
  }
  EXPECT_EQ(tree_.link("/f", "/one-more").code, Code::invalid);
}

TEST_F(Plans, AnUpdateHoldsOnlyForTheVersionItWasMadeOn) {
  tree_.file("/f", 1);
  const auto present = tree_.names().resolve("/f");
  ObjectRecord next = present->record;
  next.size_bytes = 5;
  const auto plan = tree_.names().plan_update(*present, next);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->owed, (std::vector<Owed>{{Tree::numbered(1), Kind::file, "p1"}}));
  const auto again = tree_.names().plan_update(*present, next);
  EXPECT_TRUE(tree_.catalogue().commit(plan->transaction)->committed);
  EXPECT_FALSE(tree_.catalogue().commit(again->transaction)->committed);
  EXPECT_EQ(tree_.names().resolve("/f")->record.size_bytes, 5U);
}

TEST_F(Plans, EveryPlanIsATransactionAnEngineTakes) {
  tree_.directory("/d", 1);
  for (const auto& done : {tree_.file("/f", 2), tree_.link("/f", "/g"), tree_.move("/f", "/d/f"),
                           tree_.directory("/e", 3), tree_.move("/e", "/d/e"), tree_.remove("/d/e")}) {
    EXPECT_EQ(done.code, Code::ok);
    EXPECT_TRUE(done.plan.transaction.check().ok());
  }
}

}  // namespace
}  // namespace tandem::gateway
