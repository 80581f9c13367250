#include "gateway/catalogue/sqlite/tables.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway_sqlite/scratch_folder.hpp"

namespace tandem::gateway {
namespace {

constexpr Revision start = Revision{1} << epoch_shift;

class TablesTest : public testing::Test {
 protected:
  TablesTest() {
    auto created = Connection::create(folder_.file("database"));
    EXPECT_TRUE(created.ok());
    connection_ = std::move(created).value();
    EXPECT_TRUE(tables::create(*connection_).ok());
  }
  void fill_log(std::uint64_t entries) {
    const std::string text =
        "INSERT INTO log(rev, k) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < " +
        std::to_string(entries) + ") SELECT " + std::to_string(start) +
        " + (i + 1) / 2, CAST('k' || i AS BLOB) FROM n";
    ASSERT_TRUE(connection_->run(text).ok());
    ASSERT_TRUE(tables::set_revision(*connection_, start + (entries + 1) / 2).ok());
  }
  std::int64_t log_size() { return *connection_->number("SELECT count(*) FROM log"); }

  ScratchFolder folder_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(TablesTest, TheLogIsPrunedInSmallPiecesAndKeepsWhatItShould) {
  fill_log(tables::log_entries_max + 2500);
  ASSERT_TRUE(tables::prune_log(*connection_).ok());
  EXPECT_EQ(log_size(), static_cast<std::int64_t>(tables::log_entries_max) + 1500);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(tables::prune_log(*connection_).ok());
  EXPECT_EQ(log_size(), static_cast<std::int64_t>(tables::log_entries_max));
}

TEST_F(TablesTest, HistoryReachesBackToThePrunedPartAndNotIntoIt) {
  fill_log(tables::log_entries_max + 7);  // two entries a revision: seven prune three revisions and a half
  ASSERT_TRUE(tables::prune_log(*connection_).ok());
  const Revision half_pruned = start + 4;
  auto whole = tables::history(*connection_, half_pruned);
  ASSERT_TRUE(whole.ok());
  EXPECT_FALSE(whole->reset);
  EXPECT_EQ(whole->keys.size(), tables::log_entries_max - 1);
  EXPECT_EQ(whole->keys.front(), "k9");
  auto behind = tables::history(*connection_, half_pruned - 1);
  ASSERT_TRUE(behind.ok());
  EXPECT_TRUE(behind->reset);
}

TEST_F(TablesTest, AForeignDatabaseIsNotACatalogue) {
  auto other = Connection::create(folder_.file("other"));
  ASSERT_TRUE(other.ok());
  ASSERT_TRUE((*other)->run("CREATE TABLE t(x)").ok());
  EXPECT_EQ(tables::check(**other).code(), Code::corrupt);
}

TEST_F(TablesTest, ANewerSchemaIsUnsupported) {
  EXPECT_TRUE(tables::check(*connection_).ok());
  ASSERT_TRUE(connection_->run("PRAGMA user_version = " + std::to_string(tables::schema_version + 1)).ok());
  EXPECT_EQ(tables::check(*connection_).code(), Code::unsupported);
}

TEST_F(TablesTest, APageIsBounded) {
  ASSERT_TRUE(connection_
                  ->run("INSERT INTO kv WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                        " WHERE i < 10001) SELECT CAST('k' || i AS BLOB), x'', 1, 0 FROM n")
                  .ok());
  auto page = tables::page(*connection_, "k", "", static_cast<std::size_t>(-1));
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->entries.size(), tables::page_entries_max);
  EXPECT_TRUE(page->more);
}

TEST_F(TablesTest, SessionsAreThoseWithKeys) {
  for (const SessionId session : {start + 5, start + 2, start + 5}) {
    const auto key = "k" + std::to_string(*connection_->number("SELECT count(*) FROM kv"));
    ASSERT_TRUE(tables::put(*connection_, Change::put(key, "", session), start + 9).ok());
  }
  auto sessions = tables::sessions(*connection_);
  ASSERT_TRUE(sessions.ok());
  EXPECT_EQ(*sessions, (std::vector<SessionId>{start + 2, start + 5}));
  EXPECT_EQ(tables::keys_of(*connection_, start + 5, 10)->size(), 2U);
  EXPECT_EQ(tables::keys_of(*connection_, start + 5, 1)->size(), 1U);
}

}  // namespace
}  // namespace tandem::gateway
