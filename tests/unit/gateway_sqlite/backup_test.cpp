#include "gateway/catalogue/sqlite/backup.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <utility>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/unit/gateway_sqlite/scratch_folder.hpp"

namespace tandem::gateway {
namespace {

namespace fs = boost::filesystem;
using namespace std::chrono_literals;

class BackupTest : public testing::Test {
 protected:
  void SetUp() override {
    auto created = SqliteCatalogue::create(path_, {}, runtime_);
    ASSERT_TRUE(created) << to_string(created.error());
    catalogue_ = std::move(*created);
  }

  Revision put(const std::string& key, const std::string& value) {
    auto done = catalogue_->commit({{Condition::absent(key)}, {Change::put(key, value)}});
    EXPECT_TRUE(done && done->committed) << key;
    return done ? done->revision : 0;
  }
  Revision back_up() {
    const auto made = back_up_database(path_, backup_, runtime_);
    EXPECT_TRUE(made) << to_string(made.error());
    return made ? *made : 0;
  }
  void lose() {
    catalogue_.reset();
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(path_ + suffix);
  }
  Status restore(Epoch epoch, const std::vector<Change>& changes = {}) {
    auto restoration = Restoration::begin(path_, backup_, runtime_);
    if (!restoration) return std::move(restoration).error();
    if (Status status = (*restoration)->finish(epoch, changes); !status) return status;
    auto opened = SqliteCatalogue::open(path_, runtime_);
    if (!opened) return std::move(opened).error();
    catalogue_ = std::move(*opened);
    return success();
  }
  std::string value(const std::string& key) {
    const auto entry = catalogue_->get(key);
    return entry && *entry ? (*entry)->value : "absent";
  }
  std::size_t files_beside() const {
    return static_cast<std::size_t>(
        std::count_if(fs::directory_iterator(folder_.file("")), {}, [](const fs::directory_entry& file) {
          return file.path().filename().string().find(".new-") != std::string::npos;
        }));
  }

  ScratchFolder folder_;
  const std::string path_ = folder_.file("it's the catalogue.db");
  const std::string backup_ = folder_.file("it's a backup");
  protocol::SystemRuntime runtime_;
  std::unique_ptr<Catalogue> catalogue_;
};

TEST_F(BackupTest, HoldsOneMomentAndComesBackInANewEpoch) {
  put("a", "1");
  const Revision revision = put("b", std::string("\0\xff", 2));
  EXPECT_EQ(back_up(), revision);
  put("c", "late");
  lose();
  ASSERT_TRUE(restore(2));
  EXPECT_EQ(value("a"), "1");
  EXPECT_EQ(value("b"), std::string("\0\xff", 2));
  EXPECT_EQ(value("c"), "absent");
  const auto page = catalogue_->scan("", "", 10);
  ASSERT_TRUE(page);
  EXPECT_EQ(epoch_of(page->revision), 2);
  for (const Entry& entry : page->entries) EXPECT_EQ(entry.revision, page->revision) << entry.key;
  EXPECT_GT(put("d", ""), page->revision);
  EXPECT_EQ(files_beside(), 0U);
}

TEST_F(BackupTest, OfACatalogueInUseIsOfOneMomentAndWritersGoOn) {
  std::atomic<bool> stop = false;
  std::atomic<int> count = 0;
  auto writer = runtime_.spawn("writer", [&] {
    for (int i = 0; !stop; ++i, ++count) {
      const std::string number = std::to_string(i);
      auto done = catalogue_->commit({{Condition::absent("l/" + number)},
                                      {Change::put("l/" + number, ""), Change::put("r/" + number, "")}});
      ASSERT_TRUE(done && done->committed);
    }
  });
  for (int round = 0; round < 5; ++round) {
    while (count < 50 * (round + 1)) runtime_.sleep_until(runtime_.now() + 1ms);
    const std::string file = backup_ + std::to_string(round);
    const int before = count;
    ASSERT_TRUE(back_up_database(path_, file, runtime_));
    auto restoration = Restoration::begin(folder_.file("elsewhere.db"), file, runtime_);
    ASSERT_TRUE(restoration) << to_string(restoration.error());
    const auto left = (*restoration)->entries("l/");
    const auto right = (*restoration)->entries("r/");
    ASSERT_TRUE(left && right);
    EXPECT_GE(left->size(), static_cast<std::size_t>(before));
    EXPECT_EQ(left->size(), right->size());
    const Revision base = Revision{1} << epoch_shift;
    EXPECT_EQ((*restoration)->revision() - base - 1, left->size()) << "each commit put one of each";
  }
  stop = true;
  writer.reset();
}

TEST_F(BackupTest, NeverReplacesAFile) {
  std::ofstream(backup_) << "mine";
  EXPECT_EQ(back_up_database(path_, backup_, runtime_).code(), Code::exists);
  std::string content;
  std::getline(std::ifstream(backup_), content);
  EXPECT_EQ(content, "mine");
  EXPECT_EQ(files_beside(), 0U);
}

TEST_F(BackupTest, IsNeverRestoredOverACatalogueOrBesideALostOnesLog) {
  put("a", "1");
  back_up();
  EXPECT_EQ(restore(2).code(), Code::exists);
  EXPECT_EQ(value("a"), "1");
  lose();
  std::ofstream(path_ + "-wal") << "log";
  EXPECT_EQ(restore(2).code(), Code::exists);
}

TEST_F(BackupTest, SessionsAndWhatEndsWithThemAreNotInWhatIsRestored) {
  auto session = catalogue_->open_session(10s, "test");
  ASSERT_TRUE(session);
  ASSERT_TRUE(catalogue_
                  ->commit({{(*session)->condition(), Condition::absent("held")},
                            {Change::put("held", "", (*session)->id())}})
                  ->committed);
  put("kept", "1");
  back_up();
  const std::string key = keys::session((*session)->id());
  session->reset();
  lose();
  ASSERT_TRUE(restore(2, {Change::put("more", "2"), Change::erase("kept")}));
  EXPECT_EQ(value(key), "absent");
  EXPECT_EQ(value("held"), "absent");
  EXPECT_EQ(value("kept"), "absent");
  EXPECT_EQ(value("more"), "2");
  EXPECT_TRUE(catalogue_->history(Revision{1} << epoch_shift)->reset);
}

TEST_F(BackupTest, WhoStillHasTheLostOneOpenCommitsNoMore) {
  back_up();
  const auto zombie = std::exchange(catalogue_, nullptr);
  lose();
  ASSERT_TRUE(restore(2));
  EXPECT_EQ(zombie->commit({{Condition::absent("z")}, {Change::put("z", "")}}).code(), Code::unavailable);
  EXPECT_EQ(value("z"), "absent");
  put("a", "1");
}

TEST_F(BackupTest, ADamagedOrForeignFileIsRefusedAndNothingIsMade) {
  for (int i = 0; i < 200; ++i) put("k" + std::to_string(i), std::string(200, 'v'));
  back_up();
  lose();
  {
    std::fstream file(backup_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(std::streamoff{3} * 4096);
    file << std::string(4096, '\x55');
  }
  EXPECT_EQ(restore(2).code(), Code::corrupt);
  EXPECT_FALSE(fs::exists(path_));
  std::ofstream(backup_, std::ios::trunc) << "no database at all, but long enough to be looked at";
  EXPECT_EQ(restore(2).code(), Code::corrupt);
  fs::remove(backup_);
  EXPECT_EQ(restore(2).code(), Code::not_found);
  EXPECT_FALSE(fs::exists(path_));
  EXPECT_EQ(files_beside(), 0U);
}

TEST_F(BackupTest, ACatalogueCopiedWithItsLogIsNoBackup) {
  put("a", "1");
  fs::copy_file(path_, backup_);
  fs::copy_file(path_ + "-wal", backup_ + "-wal");
  lose();
  EXPECT_EQ(restore(2).code(), Code::invalid);
}

TEST_F(BackupTest, TheOldEpochIsNotTakenAgain) {
  back_up();
  lose();
  EXPECT_EQ(restore(1).code(), Code::invalid);
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(BackupTest, ADamagedCatalogueIsNotBackedUp) {
  for (int i = 0; i < 200; ++i) put("k" + std::to_string(i), std::string(200, 'v'));
  back_up();
  catalogue_.reset();
  fs::copy_file(backup_, path_, fs::copy_options::overwrite_existing);
  fs::remove(path_ + "-wal");
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(std::streamoff{3} * 4096);
    file << std::string(4096, '\x55');
  }
  EXPECT_EQ(back_up_database(path_, backup_ + "2", runtime_).code(), Code::corrupt);
  EXPECT_FALSE(fs::exists(backup_ + "2"));
}

}  // namespace
}  // namespace tandem::gateway
