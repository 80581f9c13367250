// Symbolic links: what they lead to, and who is meant by a path that ends in one.
#include <gtest/gtest.h>

#include "gateway/catalogue/records/keys.hpp"
#include "tests/unit/gateway_names/tree.hpp"

namespace tandem::gateway {
namespace {

using support::CatalogueCall;
using support::SharedTree;
using support::Tree;

// /a/b/f, /c empty.
class SymbolicLinks : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(tree_.directory("/a", 1).code, Code::ok);
    ASSERT_EQ(tree_.directory("/a/b", 2).code, Code::ok);
    ASSERT_EQ(tree_.file("/a/b/f", 3).code, Code::ok);
    ASSERT_EQ(tree_.directory("/c", 4).code, Code::ok);
  }

  void link(std::string_view target, std::string_view path) {
    ASSERT_EQ(tree_.symlink(target, path, next_++).code, Code::ok) << path;
  }
  // The number of the object, or the error in words.
  std::string leads_to(std::string_view path, LastLink last = LastLink::followed) {
    const auto found = tree_.names().resolve(path, last);
    return found.ok() ? std::to_string(found->id.bytes[0]) : to_string(found.error());
  }

  SharedTree shared_;
  Tree tree_{shared_};
  std::uint8_t next_ = 10;
};

TEST_F(SymbolicLinks, OnTheWayAreAlwaysFollowed) {
  link("a/b", "/l");
  EXPECT_EQ(leads_to("/l/f", LastLink::itself), "3");
  EXPECT_EQ(leads_to("/l/f", LastLink::followed), "3");
  const auto place = tree_.names().place("/l/new");
  ASSERT_TRUE(place.ok());
  EXPECT_EQ(place->directory, Tree::numbered(2));
}

TEST_F(SymbolicLinks, AtTheEndAreFollowedOnlyWhereAsked) {
  link("a/b/f", "/l");
  EXPECT_EQ(leads_to("/l", LastLink::followed), "3");
  EXPECT_EQ(leads_to("/l", LastLink::itself), "10");
  const auto itself = tree_.names().resolve("/l");
  ASSERT_TRUE(itself.ok());
  EXPECT_EQ(itself->record.kind, Kind::symlink);
  EXPECT_EQ(itself->record.target, "a/b/f");
  EXPECT_EQ(itself->record.size_bytes, 5U);
}

TEST_F(SymbolicLinks, LeadFromTheirOwnFolderOrFromTheRoot) {
  link("f", "/a/b/same");
  link("../../c", "/a/b/above");
  link("/a/b", "/c/absolute");
  link("../../../..", "/a/b/beyond");
  link("./b/./f", "/a/dots");
  EXPECT_EQ(leads_to("/a/b/same"), "3");
  EXPECT_EQ(leads_to("/a/b/above"), "4");
  EXPECT_EQ(leads_to("/c/absolute/f"), "3");
  EXPECT_EQ(leads_to("/a/b/beyond/c"), "4") << "above the root is the root";
  EXPECT_EQ(leads_to("/a/b/beyond"), "0");
  EXPECT_EQ(leads_to("/a/dots"), "3");
}

TEST_F(SymbolicLinks, AboveMeansAboveTheFolderReachedNotAboveTheName) {
  link("/a/b", "/c/l");
  link("l/../b/f", "/c/m");
  EXPECT_EQ(leads_to("/c/m"), "3") << "l/.. is /a, not /c";
}

TEST_F(SymbolicLinks, LeadOnThroughOtherLinks) {
  link("m/f", "/l");
  link("/c/n", "/m");
  link("../a/b", "/c/n");
  EXPECT_EQ(leads_to("/l"), "3");
}

TEST_F(SymbolicLinks, MayLeadNowhereAndSayWhere) {
  link("a/x", "/l");
  link("a/y/z", "/m");
  link("a/b/f/g", "/n");
  EXPECT_EQ(leads_to("/l"), "/l: is a symbolic link to /a/x, which does not exist");
  EXPECT_EQ(leads_to("/m"), "/m: the directory /a/y does not exist (make it first, with mkdir -p /a/y)");
  EXPECT_EQ(leads_to("/n"), "/n: /a/b/f is not a directory");
  EXPECT_EQ(tree_.names().resolve("/l", LastLink::itself).code(), Code::ok);
}

TEST_F(SymbolicLinks, ThatLeadNowhereAreThePlaceOfTheirTargetForWhoWritesThroughThem) {
  link("../a/new", "/c/l");
  const auto through = tree_.names().place("/c/l", LastLink::followed);
  ASSERT_TRUE(through.ok());
  EXPECT_EQ(through->directory, Tree::numbered(1));
  EXPECT_EQ(through->name, "new");
  EXPECT_FALSE(through->occupant);
  const auto itself = tree_.names().place("/c/l");
  ASSERT_TRUE(itself.ok() && itself->occupant);
  EXPECT_EQ(itself->directory, Tree::numbered(4));
}

TEST_F(SymbolicLinks, ToADirectoryAboveAreThatDirectorysPlace) {
  link("..", "/a/b/l");
  const auto place = tree_.names().place("/a/b/l", LastLink::followed);
  ASSERT_TRUE(place.ok() && place->occupant);
  EXPECT_EQ(place->name, "a");
  EXPECT_EQ(place->occupant->id, Tree::numbered(1));
  link("/", "/root");
  EXPECT_EQ(tree_.names().place("/root", LastLink::followed).code(), Code::invalid);
}

TEST_F(SymbolicLinks, InACircleAreNamed) {
  link("m", "/l");
  link("c/n", "/m");
  link("../m/x", "/c/n");
  EXPECT_EQ(leads_to("/l/f"),
            "/l/f: symbolic links lead in a circle: /c/n -> /m -> /c/n (remove one of them, or let it lead "
            "elsewhere)");
  EXPECT_EQ(tree_.names().resolve("/l", LastLink::followed).code(), Code::invalid);
  EXPECT_EQ(tree_.names().place("/l/f").code(), Code::invalid);
  EXPECT_EQ(leads_to("/l", LastLink::itself), "10");
}

TEST_F(SymbolicLinks, FortyAreFollowedAndNoMore) {
  link("a/b/f", "/l1");
  for (int i = 2; i <= 41; ++i) link("l" + std::to_string(i - 1), "/l" + std::to_string(i));
  EXPECT_EQ(leads_to("/l40"), "3");
  EXPECT_EQ(leads_to("/l41"), "/l41: it goes through more than 40 symbolic links");
}

TEST_F(SymbolicLinks, NeedAPathToLeadTo) {
  const std::string long_name(256, 'x');
  for (const std::string& target :
       {std::string(), long_name, "a/" + long_name, std::string(4001, '/'), std::string("a\0b", 3)}) {
    const auto done = tree_.symlink(target, "/l", 10);
    EXPECT_EQ(done.code, Code::invalid) << target;
  }
  EXPECT_EQ(tree_.symlink("x", "/a", 10).code, Code::exists);
  EXPECT_EQ(tree_.symlink("x", "/none/l", 10).code, Code::not_found);
}

TEST_F(SymbolicLinks, AreMovedRemovedAndLinkedThemselves) {
  link("a/b", "/l");
  ASSERT_EQ(tree_.move("/l", "/c/m").code, Code::ok);
  EXPECT_EQ(leads_to("/c/m"), "/c/m: the directory /c/a does not exist (make it first, with mkdir -p /c/a)");
  ASSERT_EQ(tree_.link("/c/m", "/again").code, Code::ok);
  EXPECT_EQ(leads_to("/again", LastLink::itself), "10");
  EXPECT_EQ(leads_to("/again/f"), "3") << "a relative target counts from the name it is reached by";
  ASSERT_EQ(tree_.remove("/again").code, Code::ok);
  ASSERT_EQ(tree_.remove("/c/m").code, Code::ok);
  EXPECT_EQ(leads_to("/a/b/f"), "3");
  EXPECT_EQ(shared_.damage(), "");
}

TEST_F(SymbolicLinks, OweTheNodesNothing) {
  EXPECT_TRUE(tree_.symlink("a", "/l", 10).plan.owed.empty());
  EXPECT_TRUE(tree_.link("/l", "/m").plan.owed.empty());
  EXPECT_TRUE(tree_.move("/l", "/n").plan.owed.empty());
  EXPECT_TRUE(tree_.remove("/n").plan.owed.empty());
}

TEST_F(SymbolicLinks, AreReplacedAndReplaceAsFilesDo) {
  link("a", "/l");
  link("c", "/m");
  EXPECT_EQ(tree_.move("/c", "/l").code, Code::not_directory) << "not into what it leads to";
  EXPECT_EQ(tree_.move("/l", "/c").code, Code::is_directory);
  EXPECT_EQ(tree_.move("/l", "/m").code, Code::ok);
  EXPECT_EQ(leads_to("/m"), "1");
  EXPECT_EQ(tree_.move("/a/b/f", "/m").code, Code::ok);
  EXPECT_EQ(leads_to("/m", LastLink::itself), "3");
  EXPECT_EQ(shared_.damage(), "");
}

TEST_F(SymbolicLinks, ReplacedWhileTheyAreFollowedLeadToTheOldOrTheNewTarget) {
  link("a/b", "/l");
  Tree other(shared_);
  for (int at = 0; at < 8; ++at) {
    int calls = 0;
    Tree reader(shared_, {{}, [&](CatalogueCall) {
                            if (calls++ == at) {
                              EXPECT_EQ(other.remove("/l").code, Code::ok);
                              EXPECT_EQ(other.symlink("c", "/l", static_cast<std::uint8_t>(50 + at)).code,
                                        Code::ok);
                            }
                            return success();
                          }});
    const auto found = reader.names().resolve("/l", LastLink::followed);
    ASSERT_TRUE(found.ok()) << to_string(found.error());
    EXPECT_TRUE(found->id == Tree::numbered(2) || found->id == Tree::numbered(4)) << at;
  }
}

}  // namespace
}  // namespace tandem::gateway
