#include "tests/sim/checkers/models.hpp"

#include <gtest/gtest.h>

namespace tandem::sim {
namespace {

// A tree that is asked one thing after the other.
struct Tree {
  TreeModel::State state{};
  bool accepts(Action action, std::string path, Code code, std::string value = {}, std::string target = {}) {
    return TreeModel::apply(state, {.action = action,
                                    .path = std::move(path),
                                    .target = std::move(target),
                                    .value = std::move(value),
                                    .code = code,
                                    .ended = 1});
  }
};

TEST(TreeModel, FilesAndDirectoriesComeAndGo) {
  Tree tree;
  EXPECT_TRUE(tree.accepts(Action::make_directory, "/d", Code::ok));
  EXPECT_FALSE(tree.accepts(Action::make_directory, "/d", Code::ok));
  EXPECT_TRUE(tree.accepts(Action::make_directory, "/d", Code::exists));
  EXPECT_TRUE(tree.accepts(Action::write, "/d/f", Code::ok, "one"));
  EXPECT_TRUE(tree.accepts(Action::read, "/d/f", Code::ok, "one"));
  EXPECT_FALSE(tree.accepts(Action::read, "/d/f", Code::ok, "two"));
  EXPECT_TRUE(tree.accepts(Action::list, "/d", Code::ok, "f/"));
  EXPECT_TRUE(tree.accepts(Action::list, "", Code::ok, "d/"));
  EXPECT_FALSE(tree.accepts(Action::list, "", Code::ok, ""));
  EXPECT_TRUE(tree.accepts(Action::remove, "/d", Code::not_empty));
  EXPECT_FALSE(tree.accepts(Action::remove, "/d", Code::ok));
  EXPECT_TRUE(tree.accepts(Action::remove, "/d/f", Code::ok));
  EXPECT_TRUE(tree.accepts(Action::remove, "/d", Code::ok));
  EXPECT_TRUE(tree.accepts(Action::write, "/d/f", Code::not_found, "x"));
}

TEST(TreeModel, MovesAsRenameDoes) {
  Tree tree;
  EXPECT_TRUE(tree.accepts(Action::make_directory, "/a", Code::ok));
  EXPECT_TRUE(tree.accepts(Action::write, "/a/f", Code::ok, "one"));
  EXPECT_TRUE(tree.accepts(Action::write, "/g", Code::ok, "two"));
  EXPECT_TRUE(tree.accepts(Action::move, "/a", Code::invalid, {}, "/a/b"));
  EXPECT_TRUE(tree.accepts(Action::move, "/a", Code::not_directory, {}, "/g"));
  EXPECT_TRUE(tree.accepts(Action::move, "/g", Code::is_directory, {}, "/a"));
  EXPECT_TRUE(tree.accepts(Action::move, "/a", Code::ok, {}, "/b"));
  EXPECT_TRUE(tree.accepts(Action::read, "/b/f", Code::ok, "one"));
  EXPECT_TRUE(tree.accepts(Action::move, "/g", Code::ok, {}, "/b/f"));
  EXPECT_TRUE(tree.accepts(Action::read, "/b/f", Code::ok, "two"));
  EXPECT_TRUE(tree.accepts(Action::read, "/g", Code::not_found));
}

}  // namespace
}  // namespace tandem::sim
