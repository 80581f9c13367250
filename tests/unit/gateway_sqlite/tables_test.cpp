#include "gateway/catalogue/sqlite/tables.hpp"

#include <gtest/gtest.h>

#include "gateway/catalogue/sqlite/schema.hpp"
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
    EXPECT_TRUE(schema::create(*connection_).ok());
  }
  void fill_log(std::uint64_t entries) {
    const std::string text =
        "INSERT INTO changes(rev, k, sum) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < " +
        std::to_string(entries) + "), c(rev, k) AS (SELECT " + std::to_string(start) +
        " + (i + 1) / 2, CAST('k' || i AS BLOB) FROM n) SELECT rev, k, number_sum(k, rev) FROM c";
    ASSERT_TRUE(connection_->run(text).ok());
    ASSERT_TRUE(tables::set_revision(*connection_, start + (entries + 1) / 2).ok());
  }
  std::int64_t log_size() { return *connection_->number("SELECT count(*) FROM changes"); }

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

TEST_F(TablesTest, APageIsBounded) {
  ASSERT_TRUE(connection_
                  ->run("INSERT INTO entries WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                        " WHERE i < 10001), e(k) AS (SELECT CAST('k' || i AS BLOB) FROM n)"
                        " SELECT k, x'', 1, 0, entry_sum(k, x'', 1, 0) FROM e")
                  .ok());
  auto page = tables::page(*connection_, "k", "", static_cast<std::size_t>(-1));
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->entries.size(), tables::page_entries_max);
  EXPECT_TRUE(page->more);
}

TEST_F(TablesTest, SessionsAreThoseWithKeys) {
  for (const SessionId session : {start + 5, start + 2, start + 5}) {
    const auto key = "k" + std::to_string(*connection_->number("SELECT count(*) FROM entries"));
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
