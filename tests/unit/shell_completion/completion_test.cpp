// The tab key in bash, without a cluster: commands, options, local files, nodes of the configuration.
#include "tests/unit/shell_completion/bash.hpp"

namespace tandem::test {
namespace {

class BashCompletion : public testing::Test {
 protected:
  void SetUp() override {
    write_file(folder.path() / "tandem.toml",
               "[[pair]]\nname = \"first\"\nmembers = [\"127.0.0.1:7001\", \"127.0.0.1:7002\"]\n");
    write_file(folder.path() / "a local file", "x");
  }

  TemporaryFolder folder;
};

TEST_F(BashCompletion, KnowsCommandsAndOptions) {
  Bash bash(folder.path(), folder.path() / "tandem.toml");
  EXPECT_TRUE(bash.completes("tandem mkd\t/x", "<tandem><mkdir></x>"));
  EXPECT_TRUE(bash.completes("tandem --conf\ttandem.toml ls --lo\tx",
                             "<tandem><--config><tandem.toml><ls><--long><x>"));
  EXPECT_TRUE(
      bash.completes("tandem help sta\t\x15tandem completion ba\tx", "<tandem><completion><bash><x>"));
}

TEST_F(BashCompletion, KnowsLocalFilesWithBlanks) {
  Bash bash(folder.path(), folder.path() / "tandem.toml");
  EXPECT_TRUE(bash.completes("tandem put a\\ l\t/x", "<tandem><put><a local file></x>"));
  EXPECT_TRUE(bash.completes("tandem write /f --from a\tx", "<tandem><write></f><--from><a local file><x>"));
}

TEST_F(BashCompletion, KnowsTheNodesOfTheConfigurationThoughBashCutsWordsAtColons) {
  Bash bash(folder.path(), folder.path() / "tandem.toml");
  EXPECT_TRUE(bash.completes("tandem status fi\tx", "<tandem><status><first><x>"));
  EXPECT_TRUE(bash.completes("tandem status 127.0.0.1:7001\tx", "<tandem><status><127.0.0.1:7001><x>"));
  EXPECT_TRUE(bash.completes("tandem tree --node 127\t2\tx", "<tandem><tree><--node><127.0.0.1:7002><x>"));
}

}  // namespace
}  // namespace tandem::test
