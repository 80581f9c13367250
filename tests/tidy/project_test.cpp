// The rules, held against this project.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/tidy/rules.hpp"

namespace tandem::tidy {
namespace {

class ThisProject : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const char* root = std::getenv("TANDEM_SOURCE");
    project = new Project(read_project(root == nullptr ? "." : root));
  }
  static void TearDownTestSuite() { delete project; }

  static void expect_none(const Violations& violations) {
    EXPECT_TRUE(violations.empty()) << to_string(violations);
  }

  static Project* project;
};

Project* ThisProject::project = nullptr;

TEST_F(ThisProject, IsFound) {
  EXPECT_TRUE(project->has("CMakeLists.txt"));
  EXPECT_TRUE(project->has("protocol/contract/result.hpp"));
}

TEST_F(ThisProject, IncludesOnlyAlongTheArrows) {
  expect_none(check_includes(*project));
}
TEST_F(ThisProject, HasNoFileTooLongToRead) {
  expect_none(check_lengths(*project));
}
TEST_F(ThisProject, HasNoNamesThatSayNothing) {
  expect_none(check_names(*project));
}
TEST_F(ThisProject, HasNoMacrosOfItsOwn) {
  expect_none(check_macros(*project));
}
TEST_F(ThisProject, CompilesEverySource) {
  expect_none(check_built(*project));
}
TEST_F(ThisProject, NeedsOnlyWhatIsInstalledToBuild) {
  expect_none(check_dependencies(*project));
}
TEST_F(ThisProject, LeavesNothingUnfinished) {
  expect_none(check_words(*project));
}
TEST_F(ThisProject, LinksOnlyToWhatExists) {
  expect_none(check_links(*project));
}

}  // namespace
}  // namespace tandem::tidy
