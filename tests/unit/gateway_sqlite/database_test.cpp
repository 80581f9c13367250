#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/magic.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "gateway/catalogue/sqlite/connection.hpp"
#include "gateway/catalogue/sqlite/database_place.hpp"
#include "gateway/catalogue/sqlite/shared_words.hpp"
#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"
#include "gateway/catalogue/sqlite/tables.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/unit/gateway_sqlite/scratch_folder.hpp"

namespace tandem::gateway {
namespace {

using namespace std::chrono_literals;

class DatabaseTest : public testing::Test {
 protected:
  std::unique_ptr<Catalogue> create(const Transaction& initial = {}) {
    auto created = SqliteCatalogue::create(path_, initial, runtime_);
    EXPECT_TRUE(created.ok()) << to_string(created.error());
    return created ? std::move(created).value() : nullptr;
  }
  std::unique_ptr<Catalogue> open() {
    auto opened = SqliteCatalogue::open(path_, runtime_);
    EXPECT_TRUE(opened.ok()) << to_string(opened.error());
    return opened ? std::move(opened).value() : nullptr;
  }
  static void put(Catalogue& catalogue, const std::string& key, const std::string& value) {
    auto done = catalogue.commit({{Condition::absent(key)}, {Change::put(key, value)}});
    ASSERT_TRUE(done.ok()) << to_string(done.error());
    ASSERT_TRUE(done->committed);
  }

  ScratchFolder folder_;
  const std::string path_ = folder_.file("catalogue.db");
  protocol::SystemRuntime runtime_;
};

TEST_F(DatabaseTest, ANewOneHoldsItsInitialEntriesAndNothingLiesBesideIt) {
  { create({{}, {Change::put("meta", "m"), Change::put("p/1", "pair")}}); }
  const auto catalogue = open();
  ASSERT_TRUE(catalogue);
  auto page = catalogue->scan("", "", 10);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->entries.size(), 2U);
  EXPECT_EQ(page->entries[0].value, "m");
  EXPECT_EQ(epoch_of(page->revision), 1);
  for (boost::filesystem::directory_iterator file(folder_.file("")), end; file != end; ++file) {
    EXPECT_EQ(file->path().filename().string().find(".new-"), std::string::npos) << file->path();
  }
}

TEST_F(DatabaseTest, CreatingRefusesOneThatIsThere) {
  create();
  EXPECT_EQ(SqliteCatalogue::create(path_, {}, runtime_).code(), Code::exists);
}

TEST_F(DatabaseTest, CreatingRefusesTheLogOfOneThatWasLost) {
  put(*create(), "k", "v");
  ASSERT_TRUE(boost::filesystem::exists(path_ + "-wal"));
  ::unlink(path_.c_str());
  EXPECT_EQ(SqliteCatalogue::open(path_, runtime_).code(), Code::not_found);
  EXPECT_EQ(SqliteCatalogue::create(path_, {}, runtime_).code(), Code::exists);
}

TEST_F(DatabaseTest, OpeningAMissingOneMakesNothing) {
  EXPECT_EQ(SqliteCatalogue::open(path_, runtime_).code(), Code::not_found);
  EXPECT_EQ(SqliteCatalogue::open(folder_.file("no/folder/x.db"), runtime_).code(), Code::not_found);
  EXPECT_TRUE(boost::filesystem::is_empty(folder_.file("")));
}

TEST_F(DatabaseTest, OfManyThatCreateOneWins) {
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      auto created = SqliteCatalogue::create(path_, {{}, {Change::put("k", "v")}}, runtime_);
      if (created.ok()) ++made;
      if (!created.ok()) {
        EXPECT_EQ(created.code(), Code::exists);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
}

TEST_F(DatabaseTest, WhatWasCommittedIsThereAfterReopening) {
  put(*create(), "k", "v");
  const auto again = open();
  auto entry = again->get("k");
  ASSERT_TRUE(entry.ok());
  EXPECT_EQ((*entry)->value, "v");
  EXPECT_EQ(again->known_revision(), (*entry)->revision);
}

TEST_F(DatabaseTest, AFileThatIsNoDatabaseIsCorruptAndStaysAsItIs) {
  const std::string garbage(8192, 'x');
  std::ofstream(path_) << garbage;
  auto opened = SqliteCatalogue::open(path_, runtime_);
  EXPECT_EQ(opened.code(), Code::corrupt);
  EXPECT_FALSE(opened.error().mend.empty());
  EXPECT_EQ(boost::filesystem::file_size(path_), garbage.size());
}

TEST_F(DatabaseTest, AnEmptyFileIsCorrupt) {
  std::ofstream(path_).flush();
  EXPECT_EQ(SqliteCatalogue::open(path_, runtime_).code(), Code::corrupt);
  EXPECT_EQ(boost::filesystem::file_size(path_), 0U);
}

TEST_F(DatabaseTest, DamagedPagesAreNoticedWhenTheyAreRead) {
  {
    const auto catalogue = create();
    for (int i = 0; i < 30; ++i) put(*catalogue, "k" + std::to_string(i), std::string(2000, 'v'));
  }
  auto connection = Connection::open(path_, Connection::Use::write);
  ASSERT_TRUE(connection.ok());
  ASSERT_TRUE((*connection)->checkpoint().ok());
  connection->reset();
  ::unlink((path_ + "-wal").c_str());
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  for (std::streamoff page = 4; page < 20; ++page) {
    file.seekp(page * 4096);
    file << std::string(4096, '\x7f');
  }
  file.close();
  auto opened = SqliteCatalogue::open(path_, runtime_);
  Code code = opened.code();
  if (opened.ok()) code = (*opened)->scan("", "", 100).code();
  EXPECT_EQ(code, Code::corrupt);
}

TEST_F(DatabaseTest, AnAbandonedWordIsRepairedByTheNextWriterAndByReadersAlone) {
  const auto catalogue = create();
  put(*catalogue, "a", "");
  const auto revision = catalogue->known_revision();
  auto shared = SharedFile::open(path_ + ".gate", path_);
  ASSERT_TRUE(shared.ok());
  (*shared)->words().revision = 0;
  EXPECT_FALSE(catalogue->known_revision());
  put(*catalogue, "b", "");
  EXPECT_TRUE(catalogue->known_revision());

  (*shared)->words().revision = 0;
  const auto latest = catalogue->history(*revision)->revision;
  const Instant deadline = runtime_.now() + 10s;
  while (!catalogue->known_revision() && runtime_.now() < deadline) {
    EXPECT_TRUE(catalogue->history(*revision).ok());
    runtime_.sleep_until(runtime_.now() + 5ms);
  }
  EXPECT_EQ(catalogue->known_revision(), latest);
}

TEST_F(DatabaseTest, AWordOfAnEarlierLifeOfTheMachineIsSetRightAtOpening) {
  Revision revision = 0;
  {
    const auto catalogue = create();
    put(*catalogue, "a", "");
    revision = *catalogue->known_revision();
  }
  auto shared = SharedFile::open(path_ + ".gate", path_);
  ASSERT_TRUE(shared.ok());
  (*shared)->words().revision = revision - 1;
  EXPECT_EQ(open()->known_revision(), revision);
}

TEST_F(DatabaseTest, AWriterThatBypassesTheGateIsNamedAsSuch) {
  const auto catalogue = create();
  sqlite3* intruder = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &intruder), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(intruder, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  auto refused = catalogue->commit({{Condition::absent("k")}, {Change::put("k", "")}});
  EXPECT_EQ(refused.code(), Code::unavailable);
  EXPECT_NE(refused.error().mend.find("past its gate"), std::string::npos);
  EXPECT_TRUE(catalogue->get("k").ok());
  sqlite3_close(intruder);
  put(*catalogue, "k", "");
}

TEST_F(DatabaseTest, OnlookersWithTheShellOfSqliteAreHarmless) {
  const auto catalogue = create();
  for (int i = 0; i < 20; ++i) {
    put(*catalogue, "k" + std::to_string(i), "v");
    sqlite3* onlooker = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &onlooker), SQLITE_OK);
    EXPECT_EQ(
        sqlite3_exec(onlooker, "SELECT * FROM entries; SELECT * FROM changes", nullptr, nullptr, nullptr),
        SQLITE_OK);
    EXPECT_EQ(sqlite3_close(onlooker), SQLITE_OK);
  }
  EXPECT_EQ(catalogue->scan("k", "", 100)->entries.size(), 20U);
}

TEST_F(DatabaseTest, TheLogIsCheckpointedAndDoesNotGrowForEver) {
  const auto catalogue = create();
  const std::string value(20 << 10, 'v');
  for (int i = 0; i < 60; ++i) {
    const std::string name = "k" + std::to_string(i) + "/";
    Transaction many{{Condition::absent(name + "0")}, {}};
    for (int k = 0; k < 25; ++k) many.changes.push_back(Change::put(name + std::to_string(k), value));
    ASSERT_TRUE(catalogue->commit(many).ok());
  }
  EXPECT_LT(boost::filesystem::file_size(path_ + "-wal"), 12U << 20);
  EXPECT_GT(boost::filesystem::file_size(path_), 24U << 20);
  EXPECT_EQ(catalogue->scan("k", "", 2000)->entries.size(), 1500U);
}

TEST_F(DatabaseTest, WhoEndsLeavesAShortLogBehindAndDisturbsNobody) {
  auto first = create();
  auto second = open();
  for (int i = 0; i < 10; ++i) put(*first, "k" + std::to_string(i), std::string(60'000, 'v'));
  auto reading = Connection::open(path_, Connection::Use::read);
  ASSERT_TRUE(reading.ok());
  {
    const tables::ReadTransaction snapshot(**reading);
    EXPECT_EQ(tables::page(**reading, "k", "", 100)->entries.size(), 10U);
    put(*first, "later", "v");
    const Instant before = runtime_.now();
    first.reset();
    EXPECT_LT(runtime_.now() - before, 2s) << "it waits for no reader";
    EXPECT_GT(boost::filesystem::file_size(path_ + "-wal"), 0U);
    EXPECT_FALSE(*tables::entry(**reading, "later"));
  }
  put(*second, "last", "v");
  second.reset();
  EXPECT_EQ(boost::filesystem::file_size(path_ + "-wal"), 0U);
  EXPECT_EQ(open()->scan("", "", 100)->entries.size(), 12U);
  EXPECT_TRUE(*tables::entry(**reading, "last"));
}

TEST_F(DatabaseTest, AFileOfASessionThatWasNeverCommittedIsCollected) {
  const auto catalogue = create();
  const auto session = catalogue->open_session(10s, "x");
  ASSERT_TRUE(session.ok());
  std::ofstream(path_ + ".sessions/0001000000ffffff") << "";
  ASSERT_TRUE(catalogue->dead_sessions().ok());
  EXPECT_FALSE(boost::filesystem::exists(path_ + ".sessions/0001000000ffffff"));
  EXPECT_TRUE((*session)->valid());
  EXPECT_TRUE(catalogue->dead_sessions()->empty());
}

TEST_F(DatabaseTest, NothingIsCommittedToAFileThatWasRemovedOrReplaced) {
  const auto catalogue = create();
  put(*catalogue, "a", "1");
  boost::filesystem::rename(path_, path_ + ".aside");
  auto refused = catalogue->commit({{Condition::absent("b")}, {Change::put("b", "")}});
  EXPECT_EQ(refused.code(), Code::unavailable);
  EXPECT_FALSE(catalogue->health().writable);
  boost::filesystem::copy_file(path_ + ".aside", path_);
  EXPECT_EQ(catalogue->commit({{Condition::absent("b")}, {Change::put("b", "")}}).code(), Code::unavailable);
  boost::filesystem::remove(path_);
  boost::filesystem::rename(path_ + ".aside", path_);
  put(*catalogue, "b", "2");
}

TEST(DatabasePlaceTest, FileSystemsOfOtherMachinesAreRefusedAndLocalOnesTaken) {
  for (const std::uint32_t remote : std::initializer_list<std::uint32_t>{
           NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, SMB2_SUPER_MAGIC, CIFS_SUPER_MAGIC, FUSE_SUPER_MAGIC, V9FS_MAGIC,
           CEPH_SUPER_MAGIC, AFS_SUPER_MAGIC, CODA_SUPER_MAGIC, OCFS2_SUPER_MAGIC}) {
    EXPECT_TRUE(is_shared_between_machines(remote)) << std::hex << remote;
  }
  for (const std::uint32_t local :
       std::initializer_list<std::uint32_t>{EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC, TMPFS_MAGIC,
                                            F2FS_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC}) {
    EXPECT_FALSE(is_shared_between_machines(local)) << std::hex << local;
  }
}

}  // namespace
}  // namespace tandem::gateway
