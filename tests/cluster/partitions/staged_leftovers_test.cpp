// Bytes whose client died before it could have them settled, and which their node's disk did not keep whole:
// nobody takes them for what they are called.
#include <fstream>

#include "tests/cluster/partitions/proxied_fixture.hpp"

namespace tandem::test {
namespace {

class StagedLeftovers : public ProxiedPair {
 protected:
  // Committed, staged on both members, and neither told.
  void write_and_die(const std::string& path, const std::string& text) {
    for (const auto& proxy : proxies) proxy->judge(only("node.settle", Fate::swallow));
    {
      Child client(cluster.tandem_command({"write", path, text}));
      ASSERT_TRUE(wait_until([&] {
        return proxies[0]->counts().swallowed > 0 && proxies[1]->counts().swallowed > 0;
      })) << client.errors();
    }
    for (const auto& proxy : proxies) proxy->pass();
  }

  // What a power cut may leave of bytes that were not synced: another content of the same size.
  void spoil_what_is_staged(std::size_t node) {
    std::size_t spoiled = 0;
    for (const auto& entry : std::filesystem::directory_iterator(cluster.data_folder(node) / "staging")) {
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file.put('\0');
      ++spoiled;
    }
    ASSERT_EQ(spoiled, 1U);
  }
};

TEST_F(StagedLeftovers, ThatTheDiskDidNotKeepWholeAreCopiedAnewNotSettled) {
  ASSERT_NO_FATAL_FAILURE(write_and_die("/f", "some text"));
  cluster.kill(1);
  ASSERT_NO_FATAL_FAILURE(spoil_what_is_staged(1));
  ASSERT_TRUE(cluster.restart(1));
  EXPECT_TRUE(ends_as_the_catalogue_says());
  EXPECT_EQ(content_of_file(cluster.tree(1) / "f"), "some text");
  EXPECT_EQ(cluster.tandem({"events"}).output.find("corrupt"), std::string::npos) << "nobody read a bad copy";
}

}  // namespace
}  // namespace tandem::test
