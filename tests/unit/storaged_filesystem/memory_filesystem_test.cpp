// What the simulated disk loses, and what it must never lose.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/support/memory_filesystem.hpp"

namespace tandem::support {
namespace {

using storaged::OpenMode;

// A disk with two short words for writing and reading whole files.
struct Disk : MemoryFilesystem {
  void put(const std::string& path, std::string_view text, bool sync) {
    auto file = open(path, OpenMode::create_new);
    ASSERT_TRUE(file.ok()) << to_string(file.error());
    ASSERT_TRUE((*file)->write_at(std::as_bytes(std::span(text)), 0).ok());
    if (sync) {
      ASSERT_TRUE((*file)->sync().ok());
    }
  }
  std::string get(const std::string& path) {
    auto file = open(path, OpenMode::read);
    if (!file) return "<" + std::string(to_string(file.code())) + ">";
    std::string text(10'000, '?');
    auto count = (*file)->read_at(std::as_writable_bytes(std::span(text)), 0);
    if (!count) return "<" + std::string(to_string(count.code())) + ">";
    text.resize(*count);
    return text;
  }
};

TEST(MemoryFilesystem, WhatWasNotSyncedIsLost) {
  Disk disk;
  disk.put("a", "text", true);
  disk.put("b", "text", false);
  ASSERT_TRUE(disk.sync_directory("").ok());
  disk.put("c", "text", true);  // its entry is not
  disk.power_cut(0);
  EXPECT_EQ(disk.get("a"), "text");
  EXPECT_EQ(disk.get("b"), "");
  EXPECT_EQ(disk.get("c"), "<not_found>");
}

TEST(MemoryFilesystem, NothingIsLostWhenEverythingWasSynced) {
  Disk disk;
  ASSERT_TRUE(disk.make_directory("d").ok());
  disk.put("d/a", "text", false);
  disk.put("b", "text", false);
  ASSERT_TRUE(disk.rename("b", "d/b").ok());
  ASSERT_TRUE(disk.set_attribute("d", "word", "value").ok());
  ASSERT_TRUE(disk.sync_everything().ok());
  disk.power_cut(0);
  EXPECT_EQ(disk.get("d/a"), "text");
  EXPECT_EQ(disk.get("d/b"), "text");
  EXPECT_EQ(disk.get("b"), "<not_found>");
  EXPECT_EQ(disk.attribute("d", "word")->value(), "value");
}

TEST(MemoryFilesystem, ASyncedDirectoryWhoseOwnEntryIsNotSyncedIsLost) {
  Disk disk;
  ASSERT_TRUE(disk.make_directory("d").ok());
  disk.put("d/a", "text", true);
  ASSERT_TRUE(disk.sync_directory("d").ok());
  disk.power_cut(0);
  EXPECT_EQ(disk.get("d/a"), "<not_found>");
}

TEST(MemoryFilesystem, ARenameHappensWholeOrNotAtAll) {
  std::set<std::string> outcomes;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Disk disk;
    ASSERT_TRUE(disk.make_directory("d").ok());
    disk.put("a", "new", true);
    disk.put("d/b", "old", true);
    ASSERT_TRUE(disk.sync_directory("").ok());
    ASSERT_TRUE(disk.sync_directory("d").ok());
    ASSERT_TRUE(disk.rename("a", "d/b").ok());
    disk.power_cut(seed);
    outcomes.insert(disk.get("a") + "," + disk.get("d/b"));
  }
  EXPECT_EQ(outcomes, (std::set<std::string>{"new,old", "<not_found>,new"}));
}

TEST(MemoryFilesystem, WritesTearAndSurviveOneByOne) {
  std::set<std::string> first_sectors;
  bool torn = false;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Disk disk;
    disk.put("a", std::string(1024, 'o'), true);
    ASSERT_TRUE(disk.sync_directory("").ok());
    auto file = disk.open("a", OpenMode::read_write);
    const std::string text(1024, 'n');
    ASSERT_TRUE((*file)->write_at(std::as_bytes(std::span(text)), 0).ok());
    disk.power_cut(seed);
    const std::string after = disk.get("a");
    ASSERT_EQ(after.size(), 1024U);
    torn |= after[0] != after[1023];
    EXPECT_EQ(after[0], after[511]);
    first_sectors.insert(after.substr(0, 1));
  }
  EXPECT_TRUE(torn);
  EXPECT_EQ(first_sectors, (std::set<std::string>{"n", "o"}));
}

TEST(MemoryFilesystem, AChangeNeverSurvivesWhatItStandsOn) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Disk disk;
    ASSERT_TRUE(disk.make_directory("old").ok());
    disk.put("old/a", "text", true);
    ASSERT_TRUE(disk.sync_directory("old").ok());
    ASSERT_TRUE(disk.sync_directory("").ok());
    ASSERT_TRUE(disk.make_directory("new").ok());
    ASSERT_TRUE(disk.rename("old/a", "new/a").ok());
    ASSERT_TRUE(disk.remove_directory("old").ok());
    disk.power_cut(seed);
    EXPECT_NE(disk.get("old/a") == "text", disk.get("new/a") == "text") << seed;
  }
}

TEST(MemoryFilesystem, OneSeedOneOutcome) {
  const auto after_cut = [](std::uint64_t seed) {
    Disk disk;
    for (int file = 0; file < 30; ++file) disk.put(std::to_string(file), "text", file % 2 == 0);
    disk.power_cut(seed);
    std::string all;
    for (int file = 0; file < 30; ++file) all += disk.get(std::to_string(file)) + ";";
    return all;
  };
  std::set<std::string> outcomes;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    EXPECT_EQ(after_cut(seed), after_cut(seed));
    outcomes.insert(after_cut(seed));
  }
  EXPECT_GT(outcomes.size(), 5U);
}

TEST(MemoryFilesystem, AHaltedMachineChangesNothingMore) {
  Disk disk;
  disk.put("a", "text", true);
  auto file = disk.open("a", OpenMode::read_write);
  const std::uint64_t last = disk.operation_count();
  disk.set_hook([&](const MemoryFilesystem::Operation& operation) {
    if (operation.number == last + 2) disk.halt();
    return success();
  });
  EXPECT_TRUE(disk.make_directory("d").ok());
  EXPECT_EQ(disk.make_directory("e").code(), Code::unavailable);
  EXPECT_EQ(disk.unlink("a").code(), Code::unavailable);
  disk.set_hook({});
  disk.restart();
  EXPECT_TRUE(disk.status("d").ok());
  EXPECT_EQ(disk.status("e").code(), Code::not_found);
  EXPECT_EQ((*file)->status().code(), Code::unavailable);  // opened in an earlier life
  EXPECT_EQ(disk.get("a"), "text");
}

TEST(MemoryFilesystem, FaultsComeAsPlanned) {
  Disk disk;
  disk.put("a", "0123456789", true);
  disk.fail_operation(disk.operation_count() + 2, Error{Code::corrupt, "Input/output error"});
  EXPECT_EQ(disk.get("a"), "<corrupt>");  // the second of its operations is the read
  EXPECT_EQ(disk.get("a"), "0123456789");
}

TEST(MemoryFilesystem, AFullOrReadOnlyDiskRefusesAndKeepsWhatItHas) {
  Disk disk;
  disk.put("a", "0123456789", true);
  disk.set_capacity(12);
  auto file = disk.open("a", OpenMode::read_write);
  const std::string_view more = "abc";
  EXPECT_EQ((*file)->write_at(std::as_bytes(std::span(more)), 10).code(), Code::no_space);
  EXPECT_EQ(disk.get("a"), "0123456789ab") << "what fits is written, as a real disk does";
  ASSERT_TRUE((*file)->truncate(10).ok());
  EXPECT_TRUE((*file)->write_at(std::as_bytes(std::span(more)), 0).ok());
  EXPECT_EQ(disk.space()->free_bytes, 2U);
  disk.set_read_only(true);
  EXPECT_EQ((*file)->write_at(std::as_bytes(std::span(more)), 0).code(), Code::unavailable);
  EXPECT_EQ(disk.make_directory("d").code(), Code::unavailable);
  EXPECT_EQ(disk.get("a"), "abc3456789");
}

TEST(MemoryFilesystem, WhatASyncFailedToWriteIsLostThoughALaterSyncSaysNothing) {
  Disk disk;
  disk.put("a", "old", true);
  ASSERT_TRUE(disk.sync_directory("").ok());
  auto file = disk.open("a", OpenMode::read_write);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->write_at(std::as_bytes(std::span(std::string_view("new"))), 0).ok());
  disk.fail_operation(disk.operation_count() + 1, Error{Code::corrupt, "input/output error"});
  EXPECT_EQ((*file)->sync().code(), Code::corrupt);
  EXPECT_TRUE((*file)->sync().ok());
  EXPECT_EQ(disk.get("a"), "new");
  disk.power_cut(0);
  EXPECT_EQ(disk.get("a"), "old");
}

TEST(MemoryFilesystem, ABackupPutBackIsTheDiskOfThatMoment) {
  Disk disk;
  ASSERT_TRUE(disk.make_directory("d").ok());
  disk.put("d/a", "text", false);
  ASSERT_TRUE(disk.link("d/a", "b").ok());
  ASSERT_TRUE(disk.set_attribute("b", "word", "value").ok());
  const auto backup = disk.image();
  ASSERT_TRUE(disk.unlink("d/a").ok());
  disk.put("c", "later", true);
  for (int round = 0; round < 2; ++round) {
    disk.replace_disk(backup);
    disk.power_cut(0);  // all of it is durable
    EXPECT_EQ(disk.get("d/a"), "text");
    EXPECT_EQ(disk.status("d/a")->inode, disk.status("b")->inode);
    EXPECT_EQ(disk.attribute("d/a", "word")->value(), "value");
    EXPECT_EQ(disk.get("c"), "<not_found>");
    ASSERT_TRUE(disk.unlink("b").ok());
  }
  disk.replace_disk({});
  EXPECT_EQ(disk.get("d/a"), "<not_found>");
  disk.put("d", "new", true);
  EXPECT_EQ(disk.get("d"), "new");
}

TEST(MemoryFilesystem, ATurnedBitIsInTheBytesOrInAnAttributeAndNowhereElse) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Disk disk;
    EXPECT_FALSE(disk.flip_bit("a", seed));
    disk.put("a", "ab", true);
    ASSERT_TRUE(disk.set_attribute("a", "word", "xy").ok());
    ASSERT_TRUE(disk.flip_bit("a", seed));
    const std::string now = disk.get("a") + disk.attribute("a", "word")->value();
    int turned = 0;
    for (std::size_t at = 0; at < 4; ++at)
      turned += __builtin_popcount(static_cast<unsigned char>(now[at] ^ "abxy"[at]));
    EXPECT_EQ(turned, 1);
    seen.insert(now);
  }
  EXPECT_EQ(seen.size(), 32U);
}

}  // namespace
}  // namespace tandem::support
