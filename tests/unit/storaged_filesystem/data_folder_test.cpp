#include "storaged/disk/data_folder.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "protocol/runtime/system_runtime.hpp"
#include "storaged/disk/folder_lock.hpp"
#include "tests/support/memory_filesystem.hpp"

namespace tandem::storaged {
namespace {

ClusterId cluster(std::uint8_t byte) {
  ClusterId id;
  id.bytes.fill(byte);
  return id;
}

class DataFolders : public ::testing::Test {
 protected:
  std::unique_ptr<DataFolder> open() {
    auto folder = DataFolder::open(disk_, runtime_, "1.2.3");
    EXPECT_TRUE(folder.ok()) << to_string(folder.error());
    return folder.ok() ? std::move(*folder) : nullptr;
  }
  void put(const std::string& path) { ASSERT_TRUE(disk_.open(path, OpenMode::create_new).ok()); }

  support::MemoryFilesystem disk_;
  protocol::SystemRuntime runtime_;
};

TEST_F(DataFolders, ANewOneGetsItsLayoutAndAnIdentityOfItsOwn) {
  const auto identity = open()->identity();
  EXPECT_FALSE(identity.node.is_null());
  EXPECT_TRUE(identity.cluster.is_null());
  EXPECT_NE(identity.run, 0U);
  EXPECT_EQ(identity.previous_run, 0U);
  EXPECT_FALSE(identity.previous_clean);
  EXPECT_EQ(identity.version, "1.2.3");
  EXPECT_EQ(identity.pid, static_cast<std::uint32_t>(::getpid()));
  for (const char* name : {"objects", "tree", "checksums", "staging", "limbo"})
    EXPECT_EQ(disk_.status(name)->kind, Kind::directory);
}

TEST_F(DataFolders, EachLifeIsAnotherRunAndKnowsHowTheOneBeforeEnded) {
  const auto first = open()->identity();
  const auto second_folder = open();
  const auto second = second_folder->identity();
  EXPECT_EQ(second.node, first.node);
  EXPECT_NE(second.run, first.run);
  EXPECT_EQ(second.previous_run, first.run);
  EXPECT_FALSE(second.previous_clean);
  ASSERT_TRUE(second_folder->mark_clean().ok());
  const auto third = open()->identity();
  EXPECT_EQ(third.previous_run, second.run);
  EXPECT_TRUE(third.previous_clean);
  EXPECT_FALSE(open()->identity().previous_clean);
}

TEST_F(DataFolders, BehindACleanStopAPowerCutUndoesNothing) {
  const auto folder = open();
  ASSERT_TRUE(disk_.open("objects/one", OpenMode::create_new).ok());
  ASSERT_TRUE(disk_.set_attribute("objects/one", "word", "value").ok());
  ASSERT_TRUE(folder->mark_clean().ok());
  disk_.power_cut(0);
  const auto word = disk_.attribute("objects/one", "word");
  ASSERT_TRUE(word.ok()) << "lost";
  EXPECT_EQ(word->value_or(""), "value");
  EXPECT_TRUE(open()->identity().previous_clean);
}

TEST_F(DataFolders, AStopIsNotCleanWhenTheDiskFailsToTakeTheRest) {
  const auto folder = open();
  disk_.fail_operation(disk_.operation_count() + 1, Error{Code::corrupt, "input/output error"});
  EXPECT_EQ(folder->mark_clean().code(), Code::corrupt);
  EXPECT_FALSE(open()->identity().previous_clean);
}

TEST_F(DataFolders, ARunIsDurableBeforeItServes) {
  std::set<tandem::Run> runs;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto identity = open()->identity();
    EXPECT_TRUE(runs.insert(identity.run).second);
    disk_.power_cut(seed);
    EXPECT_EQ((*read_node_file(disk_))->run, identity.run);
  }
}

TEST_F(DataFolders, APowerCutWhileANewOneIsMadeLeavesOneThatOpens) {
  for (std::uint64_t cut_at = 1; cut_at < 30; ++cut_at) {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      support::MemoryFilesystem disk;
      disk.set_hook([&](const auto& operation) {
        if (operation.number == cut_at) disk.halt();
        return success();
      });
      const bool opened = DataFolder::open(disk, runtime_, "").ok();
      disk.set_hook({});
      disk.power_cut(seed);
      auto again = DataFolder::open(disk, runtime_, "");
      ASSERT_TRUE(again.ok()) << to_string(again.error());
      if (opened) {
        EXPECT_NE((*again)->identity().previous_run, 0U);
      }
    }
  }
}

TEST_F(DataFolders, AFolderThatHoldsSomethingElseIsRefused) {
  put("holiday.jpg");
  const auto refused = DataFolder::open(disk_, runtime_, "");
  EXPECT_EQ(refused.code(), Code::exists);
  EXPECT_FALSE(refused.error().mend.empty());
}

TEST_F(DataFolders, ALostNodeFileIsNeverTakenForANewNode) {
  open();
  put("objects/0123");
  ASSERT_TRUE(disk_.unlink("node.toml").ok());
  EXPECT_EQ(DataFolder::open(disk_, runtime_, "").code(), Code::exists);
}

TEST_F(DataFolders, OnAFileSystemWithoutAttributesItIsRefusedWithTheMend) {
  disk_.set_hook([](const auto& operation) -> Status {
    if (operation.name == "set_attribute") return Error{Code::unsupported, "Operation not supported"};
    return success();
  });
  const auto refused = DataFolder::open(disk_, runtime_, "");
  EXPECT_EQ(refused.code(), Code::unsupported);
  EXPECT_NE(refused.error().mend.find("ext4"), std::string::npos);
  disk_.set_hook({});
  EXPECT_EQ(read_node_file(disk_)->has_value(), false);
}

TEST_F(DataFolders, JoinsOneClusterOnlyAndRemembersIt) {
  auto folder = open();
  ASSERT_TRUE(folder->join(cluster(1), 3).ok());
  EXPECT_TRUE(folder->join(cluster(1), 3).ok());
  EXPECT_EQ(folder->join(cluster(2), 4).code(), Code::exists);
  EXPECT_EQ(folder->join(cluster(1), 2).code(), Code::stale);
  disk_.power_cut(0);
  folder = open();
  EXPECT_EQ(folder->identity().cluster, cluster(1));
  EXPECT_EQ(folder->identity().epoch, 3);
  EXPECT_EQ(folder->join(cluster(2), 4).code(), Code::exists);
}

TEST_F(DataFolders, TheEpochOnlyGrowsAndIsDurable) {
  auto folder = open();
  ASSERT_TRUE(folder->join(cluster(1), 1).ok());
  ASSERT_TRUE(folder->adopt_epoch(5).ok());
  EXPECT_TRUE(folder->adopt_epoch(5).ok());
  EXPECT_EQ(folder->adopt_epoch(4).code(), Code::stale);
  disk_.power_cut(0);
  EXPECT_EQ(open()->identity().epoch, 5);
}

TEST_F(DataFolders, WithUsersFilesInItsTreeItJoinsNothing) {
  auto folder = open();
  put("tree/mine");
  const auto refused = folder->join(cluster(1), 1);
  EXPECT_EQ(refused.code(), Code::exists);
  EXPECT_EQ(refused.error().path, "/mine");
  EXPECT_TRUE(folder->begin_plain_change().ok());
}

TEST_F(DataFolders, JoiningWaitsForPlainChangesAndEndsThem) {
  auto folder = open();
  auto change = std::make_optional(folder->begin_plain_change());
  ASSERT_TRUE(change->ok());
  std::atomic<bool> joined = false;
  std::thread joiner([&] {
    EXPECT_TRUE(folder->join(cluster(1), 1).ok());
    joined = true;
  });
  std::thread latecomer([&] {
    while (true) {  // until the join is under way this is granted
      auto late = folder->begin_plain_change();
      if (late) continue;
      EXPECT_EQ(late.code(), Code::denied);
      return;
    }
  });
  std::this_thread::yield();
  EXPECT_FALSE(joined);
  change.reset();
  joiner.join();
  latecomer.join();
  const auto denied = folder->begin_plain_change();
  ASSERT_EQ(denied.code(), Code::denied);
  EXPECT_NE(denied.error().cause.find(to_string(cluster(1))), std::string::npos);
  EXPECT_NE(denied.error().mend.find("go through a gateway"), std::string::npos);
}

TEST(FolderLock, KeepsASecondDaemonOutAndDiesWithTheFirst) {
  std::string folder = (std::filesystem::temp_directory_path() / "folder-lock-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string root = folder + "/made/when/missing";
  int held[2];
  ASSERT_EQ(::pipe(held), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = FolderLock::take(root);
    const char answer = lock.ok() ? 'y' : 'n';
    if (::write(held[1], &answer, 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  char answer = '?';
  ASSERT_EQ(::read(held[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  const auto refused = FolderLock::take(root);
  EXPECT_EQ(refused.code(), Code::locked);
  EXPECT_NE(refused.error().cause.find("pid " + std::to_string(child)), std::string::npos);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(FolderLock::take(root).ok());
  EXPECT_TRUE(std::filesystem::is_empty(root)) << "the folder may turn out to be somebody else's";
  ::close(held[0]);
  ::close(held[1]);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tandem::storaged
