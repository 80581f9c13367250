// How often a node waits for its disk, counted: exact on any machine. A sync is what an operation costs most.
#include <gtest/gtest.h>

#include "tests/support/memory_filesystem.hpp"
#include "tests/unit/storaged_guarded/node_on_disk.hpp"

namespace tandem::test {
namespace {

struct Syncs {
  int files = 0;
  int directories = 0;
  bool operator==(const Syncs&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Syncs& syncs) {
  return out << syncs.files << " of files, " << syncs.directories << " of directories";
}

class SyncsOfANode : public testing::Test {
 protected:
  SyncsOfANode() : node_(disk_) {
    EXPECT_TRUE(node_.start(true).ok());
    disk_.set_hook([this](const support::MemoryFilesystem::Operation& operation) {
      if (operation.name == "sync") ++seen_.files;
      if (operation.name == "sync_directory") ++seen_.directories;
      return success();
    });
    put(1, "one", {5, 1});
    EXPECT_EQ(node_.settle(named(1, "one")), Answer::ok);
  }
  ~SyncsOfANode() override { disk_.set_hook({}); }

  template <class Operation>
  Syncs syncs_of(Operation operation) {
    seen_ = {};
    operation();
    return seen_;
  }

  void put(std::uint64_t id, std::string_view content, Stamp stamp, bool durable = true) {
    ASSERT_TRUE(node_.put(id_of(id), stamp, content, 0, std::nullopt, durable).ok());
  }
  static SettleItem named(std::uint64_t id, std::string_view content) {
    return file_item(id, 5, {5, id}, content, {{root_directory, "f" + std::to_string(id)}});
  }

  support::MemoryFilesystem disk_;
  NodeOnDisk node_;
  Syncs seen_{};
};

TEST_F(SyncsOfANode, APutIsOneSyncOfTheFileAndOneOfItsFolder) {
  EXPECT_EQ(syncs_of([&] { put(2, "two", {5, 2}); }), (Syncs{1, 1}));
}

TEST_F(SyncsOfANode, APutThatNeedNotLastSyncsNothing) {
  EXPECT_EQ(syncs_of([&] { put(2, "two", {5, 2}, false); }), (Syncs{0, 0}));
}

TEST_F(SyncsOfANode, AHealersPutIsOneSyncOfTheFileAlone) {
  node_.look(id_of(2), 77);
  EXPECT_EQ(syncs_of([&] { ASSERT_TRUE(node_.put(id_of(2), {5, 2}, "two", 77).ok()); }), (Syncs{1, 0}));
}

TEST_F(SyncsOfANode, ASettleThatNeedNotLastSyncsNothing) {
  put(2, "two", {5, 2}, false);
  EXPECT_EQ(syncs_of([&] { ASSERT_EQ(node_.settle(named(2, "two"), false), Answer::ok); }), (Syncs{0, 0}));
}

TEST_F(SyncsOfANode, AReadSyncsNothing) {
  EXPECT_EQ(syncs_of([&] { EXPECT_EQ(*node_.get(id_of(1), {5, 1}), "one"); }), (Syncs{0, 0}));
}

// The names in the object's attribute are why the file is synced again; objects/ and tree/ are the folders.
TEST_F(SyncsOfANode, ASettleIsOneSyncOfEachFileAndOneOfEachFolderHoweverManyFiles) {
  put(2, "two", {5, 2});
  EXPECT_EQ(syncs_of([&] { ASSERT_EQ(node_.settle(named(2, "two")), Answer::ok); }), (Syncs{1, 2}));
  std::vector<SettleItem> items;
  for (std::uint64_t id = 10; id < 60; ++id) {
    put(id, "content", {5, id});
    items.push_back(named(id, "content"));
  }
  const auto together = syncs_of([&] {
    const auto answers = node_.node().settle(node_.guard(), items, true);
    ASSERT_TRUE(answers.ok());
    for (const Answer answer : *answers) EXPECT_EQ(answer, Answer::ok);
  });
  EXPECT_EQ(together, (Syncs{50, 2}));
}

// The file stays open: a glance at its path, and the read.
TEST_F(SyncsOfANode, ASmallFileReadAgainIsAskedForTwiceOnly) {
  EXPECT_EQ(*node_.get(id_of(1), {5, 1}), "one");
  const std::uint64_t before = disk_.operation_count();
  EXPECT_EQ(*node_.get(id_of(1), {5, 1}), "one");
  EXPECT_EQ(disk_.operation_count() - before, 2U);
}

}  // namespace
}  // namespace tandem::test
