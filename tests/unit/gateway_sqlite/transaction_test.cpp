#include "gateway/catalogue/sqlite/transactions.hpp"

#include <gtest/gtest.h>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/catalogue/sqlite/schema.hpp"
#include "gateway/catalogue/sqlite/tables.hpp"
#include "tests/unit/gateway_sqlite/scratch_folder.hpp"

namespace tandem::gateway {
namespace {

constexpr Revision start = Revision{1} << epoch_shift;

class TransactionsTest : public testing::Test {
 protected:
  TransactionsTest() {
    connection_ = std::move(Connection::create(folder_.file("database"))).value();
    EXPECT_TRUE(schema::create(*connection_).ok());
    EXPECT_TRUE(connection_->run(Sql::begin_write).ok());
  }
  Commit apply(const Transaction& transaction, Revision revision) {
    auto done = transactions::apply(*connection_, transaction, revision);
    EXPECT_TRUE(done.ok());
    return *done;
  }

  ScratchFolder folder_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(TransactionsTest, OneOfAGroupSeesWhatTheEarlierOnesWrote) {
  EXPECT_TRUE(apply({{Condition::absent("a")}, {Change::put("a", "1")}}, start + 1).committed);
  EXPECT_TRUE(apply({{Condition::at("a", start + 1)}, {Change::put("a", "2")}}, start + 2).committed);
  const Commit late = apply({{Condition::at("a", start + 1)}, {Change::erase("a")}}, start + 3);
  EXPECT_FALSE(late.committed);
  EXPECT_EQ(late.current, (std::vector<Entry>{{"a", "2", start + 2, 0}}));
  EXPECT_TRUE(apply({{Condition::at("a", start + 2)}, {Change::erase("a")}}, start + 3).committed);
  EXPECT_TRUE(apply({{Condition::empty("a")}, {Change::put("a/b", "")}}, start + 4).committed);
}

TEST_F(TransactionsTest, ALargeSessionEndsInPiecesItsOwnKeyFirst) {
  const SessionId session = start + 1;
  ASSERT_TRUE(transactions::begin_session(*connection_, "x", 1, session)->committed);
  const std::size_t keys = transactions::session_keys_at_once_max + 10;
  for (std::size_t i = 0; i < keys; ++i) {
    ASSERT_TRUE(tables::put(*connection_, Change::put("a" + std::to_string(i), "", session), start + 2).ok());
  }
  EXPECT_TRUE(transactions::end_session(*connection_, session, start + 3)->committed);
  EXPECT_FALSE(*tables::entry(*connection_, keys::session(session)));
  EXPECT_FALSE(tables::keys_of(*connection_, session, 1)->empty());
  EXPECT_FALSE(tables::sessions(*connection_)->empty());  // still to be found by who cleans up
  EXPECT_TRUE(transactions::end_session(*connection_, session, start + 4)->committed);
  EXPECT_TRUE(tables::keys_of(*connection_, session, 1)->empty());
  EXPECT_FALSE(transactions::end_session(*connection_, session, start + 5)->committed);
}

}  // namespace
}  // namespace tandem::gateway
