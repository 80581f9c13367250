#include "protocol/contract/paths.hpp"

#include <gtest/gtest.h>

#include "protocol/contract/limits.hpp"

namespace tandem {
namespace {

TEST(Paths, SlashesAndDotsBetweenComponentsMeanNothing) {
  const std::vector<std::string> expected{"a", "b"};
  for (const char* path : {"/a/b", "//a///b", "/a/b/", "/a/./b", "/./a/b/.", "a/b"}) {
    const auto components = split_path(path);
    ASSERT_TRUE(components.ok()) << path;
    EXPECT_EQ(*components, expected) << path;
  }
  EXPECT_TRUE(split_path("/")->empty());
}

TEST(Paths, WhatIsNoPathIsRefused) {
  const std::string long_name(limits::name_bytes_max + 1, 'n');
  const std::string long_path(limits::path_bytes_max + 1, '/');
  for (const std::string& path :
       {std::string(), std::string("/a/../b"), std::string("/a\0b", 4), "/" + long_name, long_path}) {
    EXPECT_EQ(split_path(path).code(), Code::invalid) << path.substr(0, 20);
  }
}

TEST(Paths, ALinksTargetMayGoUp) {
  EXPECT_EQ(*split_link_target("../a"), (std::vector<std::string>{"..", "a"}));
}

TEST(Paths, JoiningIsTheOppositeOfSplitting) {
  EXPECT_EQ(join_path({}), "/");
  EXPECT_EQ(join_path(*split_path("//a/./b/")), "/a/b");
}

TEST(Paths, TheLastComponentIsThatOfTheSplitPath) {
  for (const char* path : {"/a", "a", "/a/b", "/a/b/", "/a/b//", "/a/b/.", "/a/b/./", "/a/./b/././/", "/a/.b",
                           "/a/b.", "/a/...", "./a", "/\xff\xfe"}) {
    const auto components = split_path(path);
    ASSERT_TRUE(components.ok()) << path;
    EXPECT_EQ(last_component(path), components->back()) << path;
  }
  for (const char* root : {"/", "//", "/.", "/./", "."}) EXPECT_EQ(last_component(root), "") << root;
}

}  // namespace
}  // namespace tandem
