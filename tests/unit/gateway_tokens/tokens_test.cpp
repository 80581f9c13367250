#include "gateway/tokens/tokens.hpp"

#include <thread>

#include "tests/unit/gateway_tokens/client.hpp"

namespace tandem::gateway {
namespace {

using test::Client;
using test::TokensTest;
using namespace std::chrono_literals;

TEST_F(TokensTest, AFreeOneIsTakenByOneTransaction) {
  Client client(shared, runtime);
  ASSERT_TRUE(client.operations.session().ok());
  const int before = client.calls;
  const auto use = client.use(file, TokenMode::exclusive, false);
  ASSERT_TRUE(use.ok());
  EXPECT_EQ(client.calls - before, 1);
  ASSERT_EQ(holders(file).size(), 1U);
  EXPECT_EQ(holders(file)[0].fence, use->token().fence);
}

TEST_F(TokensTest, AKeptOneIsUsedAgainWithoutAskingTheCatalogue) {
  Client client(shared, runtime);
  const Fence first = client.use(file)->token().fence;
  const int before = client.calls;
  for (int round = 0; round < 100; ++round) {
    const auto use = client.use(file);
    ASSERT_TRUE(use.ok());
    EXPECT_EQ(use->token().fence, first);
  }
  EXPECT_EQ(client.calls, before);
}

TEST_F(TokensTest, AnIdleHolderGivesItUpWhenSomebodyAsks) {
  Client holder(shared, runtime);
  Client asker(shared, runtime);
  const Fence first = holder.use(file)->token().fence;
  const auto use = asker.use(file);
  ASSERT_TRUE(use.ok());
  EXPECT_GT(use->token().fence, first) << "fences grow with every grant";
  ASSERT_EQ(holders(file).size(), 1U);
  EXPECT_EQ(holders(file)[0].holder, asker.operations.present_session());
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(TokensTest, AHolderAtWorkIsWaitedFor) {
  Client holder(shared, runtime);
  Client asker(shared, runtime);
  auto work = std::make_optional(holder.use(file));
  ASSERT_TRUE(work->ok());
  EXPECT_EQ(asker.use(file, TokenMode::exclusive, true, 100ms).code(), Code::locked);
  std::atomic<bool> granted{false};
  std::thread waiter([&] {
    EXPECT_TRUE(asker.use(file).ok());
    granted = true;
  });
  EXPECT_TRUE(soon([&] { return waiting() == 1; }));
  EXPECT_FALSE(granted);
  work.reset();
  waiter.join();
  EXPECT_TRUE(granted);
}

TEST_F(TokensTest, ForAReaderAnIdleWriterKeepsASharedOne) {
  Client writer(shared, runtime);
  Client reader(shared, runtime);
  ASSERT_TRUE(writer.use(file).ok());
  ASSERT_TRUE(reader.lock(file, TokenMode::shared).ok());
  const auto both = holders(file);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].mode, TokenMode::shared);
  EXPECT_EQ(both[1].mode, TokenMode::shared);
  EXPECT_EQ(writer.use(file, TokenMode::exclusive, true, 100ms).code(), Code::locked);
  ASSERT_TRUE(reader.tokens.unlock(file).ok());
  EXPECT_TRUE(writer.use(file).ok()) << "who gave it up can have it again";
}

TEST_F(TokensTest, WhoComesLaterWaitsBehindAWriter) {
  Client reader(shared, runtime);
  Client writer(shared, runtime);
  Client late(shared, runtime);
  ASSERT_TRUE(reader.lock(file, TokenMode::shared).ok());
  std::thread waiter([&] { EXPECT_TRUE(writer.lock(file).ok()); });
  EXPECT_TRUE(soon([&] { return waiting() == 1; }));
  EXPECT_EQ(late.lock(file, TokenMode::shared, 0ms).code(), Code::locked);
  ASSERT_TRUE(reader.tokens.unlock(file).ok());
  waiter.join();
}

TEST_F(TokensTest, ALostAnswerLeavesOneHolderWhoKnowsIt) {
  Client client(shared, runtime);
  ASSERT_TRUE(client.operations.session().ok());
  client.answers_to_lose = 1;
  const auto token = client.lock(file);
  ASSERT_TRUE(token.ok());
  ASSERT_EQ(holders(file).size(), 1U);
  EXPECT_EQ(holders(file)[0].fence, token->fence);
  client.answers_to_lose = 1;
  EXPECT_TRUE(client.tokens.unlock(file).ok());
  EXPECT_TRUE(holders(file).empty());
}

TEST_F(TokensTest, LostAnswersLeaveNoRequestBehindForWhichEverybodyWouldWait) {
  Client holder(shared, runtime);
  Client asker(shared, runtime);
  ASSERT_TRUE(holder.lock(file).ok());
  ASSERT_TRUE(asker.operations.session().ok());
  for (const int lost : {1, 2, 3, 4, 12}) {
    asker.answers_to_lose = lost;
    EXPECT_FALSE(asker.lock(file, TokenMode::exclusive, 150ms).ok());
    asker.answers_to_lose = 0;
    EXPECT_EQ(waiting(), 0U) << lost << " answers lost";
  }
  ASSERT_TRUE(holder.tokens.unlock(file).ok());
  EXPECT_TRUE(asker.lock(file).ok());
}

TEST_F(TokensTest, WhoAskedWhileNobodyListenedIsHeard) {
  Client holder(shared, runtime);
  Client asker(shared, runtime);
  auto unheard =
      std::make_optional(holder.use(file, TokenMode::exclusive, false));  // not kept: nobody listens
  ASSERT_TRUE(unheard->ok());
  std::thread waiter([&] { EXPECT_TRUE(asker.use(file).ok()); });
  EXPECT_TRUE(soon([&] { return waiting() == 1; }));
  {
    const auto kept = holder.use(file);
    EXPECT_TRUE(kept.ok());
  }
  unheard.reset();
  waiter.join();
}

// The first waits for the second's request to be served, which waits for the third, which waits for the
// first.
TEST_F(TokensTest, ACircleThroughTheQueueIsFound) {
  Client first(shared, runtime);
  Client second(shared, runtime);
  Client third(shared, runtime);
  ASSERT_TRUE(first.lock(file).ok());
  ASSERT_TRUE(third.lock(other, TokenMode::shared).ok());
  std::thread queued([&] { EXPECT_TRUE(second.lock(other).ok()); });
  EXPECT_TRUE(soon([&] { return waiting() == 1; }));
  std::thread holding([&] { EXPECT_TRUE(third.lock(file).ok()); });
  EXPECT_TRUE(soon([&] { return waiting() == 2; }));
  const auto refused = first.lock(other, TokenMode::shared);
  ASSERT_EQ(refused.code(), Code::locked);
  EXPECT_NE(refused.error().cause.find("deadlock"), std::string::npos) << refused.error().cause;
  EXPECT_TRUE(first.tokens.unlock(file).ok());
  holding.join();
  EXPECT_TRUE(third.tokens.unlock(other).ok());
  queued.join();
}

TEST_F(TokensTest, TheLockOfAKilledClientGoesToTheNext) {
  Client killed(shared, runtime);
  Client next(shared, runtime);
  const auto first = killed.lock(file);
  ASSERT_TRUE(first.ok());
  killed.kill();
  const auto second = next.lock(file, TokenMode::exclusive, 1s);
  ASSERT_TRUE(second.ok());
  EXPECT_GT(second->fence, first->fence);
}

TEST_F(TokensTest, WhoseSessionHasEndedHasLostItsLockUntilItUnlocks) {
  Client client(shared, runtime);
  ASSERT_TRUE(client.lock(file).ok());
  ASSERT_TRUE(admin_->end_session(client.operations.present_session()).ok());
  EXPECT_EQ(client.tokens.check_locks().code(), Code::stale);
  EXPECT_EQ(client.use(file).code(), Code::stale);
  EXPECT_EQ(client.lock(file).code(), Code::stale);
  EXPECT_EQ(client.tokens.unlock(file).code(), Code::stale);
  EXPECT_TRUE(client.tokens.check_locks().ok());
  EXPECT_TRUE(client.lock(file).ok());
}

TEST_F(TokensTest, OfAnObjectThatIsGoneThereIsNone) {
  Client client(shared, runtime);
  const ObjectId gone = random_identifier<ObjectId>(runtime);
  EXPECT_EQ(client.lock(gone).code(), Code::not_found);
  EXPECT_EQ(client.use(gone).code(), Code::not_found);
  EXPECT_TRUE(holders(gone).empty());
}

TEST_F(TokensTest, WhatAnotherClientHoldsMayBeUsedInItsName) {
  Client holder(shared, runtime);
  const auto token = holder.lock(file);
  ASSERT_TRUE(token.ok());
  Client child(shared, runtime, holder.tokens.explicit_tokens());
  EXPECT_EQ(child.use(file)->token().fence, token->fence);
  EXPECT_EQ(child.lock(file).code(), Code::locked) << "it would wait for itself";
  ASSERT_TRUE(holder.tokens.unlock(file).ok());
  EXPECT_EQ(child.tokens.check_locks().code(), Code::stale);
}

// Threads of three clients, each a while with it: never two at once, and fences grow in the order of the
// grants.
TEST_F(TokensTest, NeverHasTwoHoldersUnderThreadsThatComeAndGo) {
  std::atomic<int> inside{0};
  std::atomic<int> grants{0};
  std::atomic<Fence> last{0};
  std::vector<std::unique_ptr<Client>> clients;
  clients.reserve(3);
  for (int number = 0; number < 3; ++number) clients.push_back(std::make_unique<Client>(shared, runtime));
  std::vector<std::thread> threads;
  threads.reserve(clients.size());
  for (auto& client : clients) {
    threads.emplace_back([&, owner = client.get()] {
      for (int round = 0; round < 60; ++round) {
        const auto token = owner->lock(file, TokenMode::exclusive, 20s);
        ASSERT_TRUE(token.ok()) << to_string(token.error());
        EXPECT_EQ(++inside, 1);
        EXPECT_GT(token->fence, last.exchange(token->fence));
        ++grants;
        --inside;
        EXPECT_TRUE(owner->tokens.unlock(file).ok());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(grants, 180);
  EXPECT_EQ(waiting(), 0U);
  EXPECT_TRUE(holders(file).empty());
}

}  // namespace
}  // namespace tandem::gateway
