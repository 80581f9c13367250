// Symbolic and hard links through the whole store, on real nodes.
#include "gateway/store/store.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

namespace fs = std::filesystem;
using gateway::Store;
using gateway::WriteOptions;

class Links : public FourNodes {
 protected:
  void SetUp() override {
    FourNodes::SetUp();
    const auto config = gateway::load_config(cluster.config_file().string(), {});
    ASSERT_TRUE(config.ok()) << to_string(config.error());
    auto opened = Store::open(*config, runtime_, Store::Lifetime::one_shot, {});
    ASSERT_TRUE(opened.ok()) << to_string(opened.error());
    store_ = std::move(*opened);
    ASSERT_TRUE(store_->make_directory("/a", false, 0755));
    ASSERT_TRUE(store_->write("/a/f", "one", {}));
  }

  std::string read(std::string_view path) {
    auto bytes = store_->read(path);
    return bytes ? *bytes : to_string(bytes.error());
  }
  std::vector<std::string> names(std::string_view path) {
    const auto page = store_->list(path, {}, 100);
    std::vector<std::string> names;
    if (page) {
      for (const auto& item : page->items) names.push_back(item.name);
    } else {
      names.push_back(to_string(page.error()));
    }
    return names;
  }

  protocol::SystemRuntime runtime_;
  std::unique_ptr<Store> store_;
};

TEST_F(Links, SymbolicAreFollowedForBytesAndListsAndAreThemselvesForNames) {
  ASSERT_TRUE(store_->symlink("a/f", "/l"));
  ASSERT_TRUE(store_->symlink("/a", "/d"));
  EXPECT_EQ(read("/l"), "one");
  EXPECT_EQ(read("/d/f"), "one");
  EXPECT_EQ(names("/d"), std::vector<std::string>{"f"});
  ASSERT_TRUE(store_->write("/l", "two", {}));
  ASSERT_TRUE(store_->write("/d/f", "+three", {.where = WriteOptions::Where::append}));
  EXPECT_EQ(read("/a/f"), "two+three");
  const auto link = store_->stat("/l");
  ASSERT_TRUE(link);
  EXPECT_EQ(link->kind, Kind::symlink);
  EXPECT_EQ(link->target, "a/f");
  EXPECT_EQ(link->size_bytes, 3U);
  EXPECT_EQ(store_->make_directory("/d", false, 0755).code(), Code::exists);
  EXPECT_TRUE(store_->make_directory("/d/deep/er", true, 0755));
  EXPECT_TRUE(store_->stat("/a/deep/er"));
  ASSERT_TRUE(store_->move("/l", "/d/m", false));
  EXPECT_EQ(store_->read("/a/m").code(), Code::not_found) << "its target counts from where it is now";
  ASSERT_TRUE(store_->remove("/d/m"));
  ASSERT_TRUE(store_->remove("/d"));
  EXPECT_EQ(read("/a/f"), "two+three");
}

TEST_F(Links, SymbolicThatLeadNowhereAreFilledByAWriteAndNotByACreate) {
  ASSERT_TRUE(store_->symlink("../a/new", "/a/l"));
  EXPECT_EQ(store_->create("/a/l").code(), Code::exists);
  EXPECT_EQ(store_->read("/a/l").code(), Code::not_found);
  ASSERT_TRUE(store_->write("/a/l", "x", {.where = WriteOptions::Where::offset, .offset = 3}));
  EXPECT_EQ(read("/a/new"), std::string("\0\0\0x", 4));
  ASSERT_TRUE(store_->symlink("gone", "/a/append"));
  ASSERT_TRUE(store_->write("/a/append", "y", {.where = WriteOptions::Where::append}));
  EXPECT_EQ(read("/a/gone"), "y");
  ASSERT_TRUE(store_->symlink("loop", "/loop"));
  const auto looping = store_->read("/loop");
  EXPECT_EQ(looping.code(), Code::invalid);
  EXPECT_NE(looping.error().cause.find("/loop -> /loop"), std::string::npos) << looping.error().cause;
}

TEST_F(Links, SymbolicAreNotOnAnyNodeAndHardOnesOnBoth) {
  ASSERT_TRUE(store_->make_directory("/b", false, 0755));
  ASSERT_TRUE(store_->symlink("a/f", "/l"));
  ASSERT_TRUE(store_->link("/a/f", "/b/hard"));
  EXPECT_EQ(store_->stat("/b/hard")->links, 2U);
  ASSERT_TRUE(store_->write("/b/hard", "both", {}));
  EXPECT_EQ(read("/a/f"), "both");
  ASSERT_TRUE(store_->close());
  ASSERT_TRUE(cluster.members_become_equal());
  const auto first = first_member_holding("b/hard");
  ASSERT_LT(first, cluster.nodes());
  for (const auto node : {first, first + 1}) {
    EXPECT_TRUE(fs::equivalent(cluster.tree(node) / "a/f", cluster.tree(node) / "b/hard"));
    EXPECT_EQ(content_of_file(cluster.tree(node) / "b/hard"), "both");
  }
  for (std::size_t node = 0; node < cluster.nodes(); ++node) {
    EXPECT_EQ(fs::symlink_status(cluster.tree(node) / "l").type(), fs::file_type::not_found);
  }
}

TEST_F(Links, HardOfWhatIsGoneOnOneNodeAreSettledByHealing) {
  ASSERT_TRUE(store_->write("/c", "content", {}));
  const auto first = first_member_holding("c");
  ASSERT_LT(first, cluster.nodes());
  cluster.kill(first);
  ASSERT_TRUE(store_->link("/c", "/a/again"));
  ASSERT_TRUE(store_->remove("/c"));
  (void)store_->close().ok();
  ASSERT_TRUE(cluster.restart(first));
  ASSERT_TRUE(cluster.heals());
  EXPECT_EQ(content_of_file(cluster.tree(first) / "a/again"), "content");
  EXPECT_FALSE(fs::exists(cluster.tree(first) / "c"));
}

}  // namespace
}  // namespace tandem::test
