// ./dev installs what is missing and nothing else. The package manager is a stand-in that keeps what it was
// told: a test must not change the machine it runs on.
#include "tests/cluster/dev/built_tree.hpp"

namespace tandem::test {
namespace {

class DevSetup : public testing::Test {
 protected:
  void SetUp() override {
    write_file(tree_.path() / "packaging/debian-packages.txt",
               "# A "
               "comment.\n[build]\nhere\ngone\n[bench]\nbench-gone\n[peers]\npeer-none\npeer-gone\n[check]"
               "\nother\n");
    tool("sudo", "exec \"$@\"");
    tool("dpkg-query", "[[ $* != *' here' ]] || echo installed");
    tool("apt-get", "echo \"$*\" >>" + (tree_.path() / "told").string() + "\n[[ $* != *none* ]]");
    std::filesystem::create_directory(tree_.path() / "bench");
    tool("../bench/run", "echo measured \"$@\"");
  }
  void tool(const std::string& name, const std::string& script) {
    const auto file = tree_.path() / "tools" / name;
    write_file(file, "#!/bin/bash\n" + script + "\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }
  std::string told() const { return content_of_file(tree_.path() / "told"); }
  static std::string asked_for(const std::string& packages) {
    return "-q -y --no-install-recommends install " + packages + "\n";
  }

  BuiltTree tree_;
};

TEST_F(DevSetup, InstallsOnlyWhatIsMissingOfTheGroupsThatAreNeeded) {
  const auto outcome = tree_.dev({"bench", "--quick"});
  EXPECT_TRUE(outcome.ok() && outcome.output.ends_with("measured --quick\n")) << describe(outcome);
  EXPECT_EQ(told(), "-q update\n" + asked_for("gone bench-gone"));
}

TEST_F(DevSetup, APeerThatCannotBeInstalledIsSaidAndKeepsNobodyAway) {
  const auto outcome = tree_.dev({"bench", "--peers"});
  EXPECT_TRUE(outcome.ok() && outcome.output.ends_with("measured --peers\n")) << describe(outcome);
  EXPECT_NE(outcome.errors.find("left out: peer-none cannot be installed"), std::string::npos)
      << outcome.errors;
  EXPECT_TRUE(told().ends_with(asked_for("peer-none") + asked_for("peer-gone"))) << told();
}

}  // namespace
}  // namespace tandem::test
