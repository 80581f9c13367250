#include "gateway/tokens/change_permit.hpp"

#include "tests/unit/gateway_tokens/client.hpp"

namespace tandem::gateway {
namespace {

using test::Client;
using test::TokensTest;
using namespace std::chrono_literals;

class PermitTest : public TokensTest {
 protected:
  // Changes the file's record as `client`; what the commit said, or why it was not tried.
  Result<Commit> change(Client& client, ChangePermit& permit) {
    const std::string key = keys::record(file);
    const auto present = client.catalogue.get(key);
    if (!present || !*present) return Error{Code::not_found, "the record"};
    Transaction transaction{{Condition::at(key, (*present)->revision)},
                            {Change::put(key, (*present)->value)}};
    if (auto guarded = permit.guard(transaction); !guarded) return std::move(guarded).error();
    auto committed = client.operations.commit(transaction, {});
    if (!committed) return std::move(committed).error();
    if (committed->commit.committed) client.operations.settled(committed->ticket);
    return committed->commit;
  }

  Client holder{shared, runtime};
  Client changer{shared, runtime};
};

TEST_F(PermitTest, WithoutAnybodysTokenAChangeTakesNone) {
  ChangePermit permit(changer.tokens, runtime, 1s);
  const auto done = change(changer, permit);
  ASSERT_TRUE(done.ok());
  EXPECT_TRUE(done->committed);
  EXPECT_TRUE(holders(file).empty());
}

TEST_F(PermitTest, WhoMeetsALockWaitsForItsDeadlineAndIsToldWhoHasIt) {
  ASSERT_TRUE(holder.lock(file).ok());
  ChangePermit permit(changer.tokens, runtime, 100ms);
  const auto refused = change(changer, permit);
  ASSERT_TRUE(refused.ok());
  ASSERT_FALSE(refused->committed);
  const auto cleared = permit.clear_way(*refused);
  ASSERT_EQ(cleared.code(), Code::locked);
  EXPECT_NE(cleared.error().cause.find("a test has held it exclusively"), std::string::npos);
}

TEST_F(PermitTest, WhoMeetsAnImplicitTokenGetsItAndIsThroughTheNextTime) {
  ASSERT_TRUE(holder.use(file).ok());
  ChangePermit permit(changer.tokens, runtime, 5s);
  const auto refused = change(changer, permit);
  ASSERT_TRUE(refused.ok());
  ASSERT_FALSE(refused->committed);
  const auto cleared = permit.clear_way(*refused);
  ASSERT_TRUE(cleared.ok());
  EXPECT_TRUE(*cleared);
  const auto done = change(changer, permit);
  ASSERT_TRUE(done.ok());
  EXPECT_TRUE(done->committed);
}

TEST_F(PermitTest, AConflictOfAnotherKindIsNoneOfItsBusiness) {
  ChangePermit permit(changer.tokens, runtime, 1s);
  const auto cleared = permit.clear_way(Commit{});
  ASSERT_TRUE(cleared.ok());
  EXPECT_FALSE(*cleared);
}

TEST_F(PermitTest, ItsClientsOwnLocksAreInNobodysWay) {
  ASSERT_TRUE(holder.lock(other, TokenMode::shared).ok());
  ChangePermit permit(holder.tokens, runtime, 1s);
  const std::string key = keys::record(file);
  Transaction late{{Condition::at(key, 1)}, {Change::put(key, "x")}};  // somebody was first
  ASSERT_TRUE(permit.guard(late).ok());
  const auto refused = holder.catalogue.commit(late);
  ASSERT_TRUE(refused.ok());
  ASSERT_FALSE(refused->committed);
  const auto cleared = permit.clear_way(*refused);
  ASSERT_TRUE(cleared.ok()) << to_string(cleared.error());
  EXPECT_FALSE(*cleared);
}

TEST_F(PermitTest, ALockThatWasTakenAwayMakesEveryChangeOfItsHolderStale) {
  ASSERT_TRUE(holder.lock(other).ok());
  const auto token = holders(other).at(0);
  ASSERT_TRUE(admin_->commit({{Condition::at(token.key(), token.fence)}, {Change::erase(token.key())}}).ok());
  ChangePermit permit(holder.tokens, runtime, 1s);
  const auto refused = change(holder, permit);
  ASSERT_TRUE(refused.ok());
  ASSERT_FALSE(refused->committed) << "the lock was on another file, and a condition all the same";
  EXPECT_EQ(permit.clear_way(*refused).code(), Code::stale);
  EXPECT_EQ(change(holder, permit).code(), Code::stale);
}

TEST_F(PermitTest, ALockForReadingIsNotEnough) {
  ASSERT_TRUE(holder.lock(file, TokenMode::shared).ok());
  ChangePermit permit(holder.tokens, runtime, 100ms);
  EXPECT_EQ(change(holder, permit).code(), Code::locked);
}

}  // namespace
}  // namespace tandem::gateway
