#include "gateway/catalogue/events/event_log.hpp"

#include <gtest/gtest.h>

#include "gateway/catalogue/records/keys.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/support/memory_catalogue/memory_catalogue.hpp"

namespace tandem::gateway {
namespace {

class Events : public ::testing::Test {
 protected:
  static EventRecord event(std::string message) {
    return {
        .kind = std::string(event_kind::node_out), .node = "127.0.0.1:7001", .message = std::move(message)};
  }
  bool tell(const std::string& message) {
    Transaction transaction;
    if (!log_.add(transaction, event(message))) return false;
    const auto commit = cache_.commit(transaction);
    return commit.ok() && commit->committed;
  }
  std::vector<std::string> messages(std::uint64_t after, std::size_t limit) {
    std::vector<std::string> found;
    const auto events = log_.read(after, limit);
    EXPECT_TRUE(events.ok());
    for (const LoggedEvent& each : *events)
      found.push_back(std::to_string(each.sequence) + " " + each.record.message);
    return found;
  }

  protocol::SystemRuntime runtime_;
  support::MemoryCatalogue shared_{runtime_};
  std::unique_ptr<support::MemoryClient> engine_ = shared_.connect();
  CachedCatalogue cache_{*engine_, 1000, {}};
  EventLog log_{cache_, runtime_};
};

TEST_F(Events, AreReadInTheOrderTheyHappened) {
  ASSERT_TRUE(tell("a") && tell("b") && tell("c"));
  EXPECT_EQ(messages(0, 10), (std::vector<std::string>{"1 a", "2 b", "3 c"}));
  EXPECT_EQ(messages(1, 1), (std::vector<std::string>{"2 b"}));
  EXPECT_TRUE(messages(3, 10).empty());
  EXPECT_EQ(*log_.newest(), 3U);
}

TEST_F(Events, HaveTheTimeTheyWereToldAt) {
  const WallTime before = runtime_.wall_now();
  ASSERT_TRUE(tell("a"));
  const auto events = log_.read(0, 1);
  ASSERT_TRUE(events.ok());
  EXPECT_GE(events->front().record.at_ns, before);
  EXPECT_LE(events->front().record.at_ns, runtime_.wall_now());
}

TEST_F(Events, OfATransactionThatDoesNotCommitAreNotTold) {
  Transaction transaction;
  transaction.conditions.push_back(Condition::present("n/there is none"));
  ASSERT_TRUE(log_.add(transaction, event("never")).ok());
  const auto commit = cache_.commit(transaction);
  ASSERT_TRUE(commit.ok());
  EXPECT_FALSE(commit->committed);
  EXPECT_TRUE(messages(0, 10).empty());
}

TEST_F(Events, OfTwoAtOnceOneLooksAgain) {
  Transaction first;
  Transaction second;
  ASSERT_TRUE(log_.add(first, event("first")).ok());
  ASSERT_TRUE(log_.add(second, event("second")).ok());
  EXPECT_TRUE(cache_.commit(first)->committed);
  EXPECT_FALSE(cache_.commit(second)->committed);
  ASSERT_TRUE(tell("second"));
  EXPECT_EQ(messages(0, 10), (std::vector<std::string>{"1 first", "2 second"}));
}

TEST_F(Events, OlderThanTheLastTenThousandGo) {
  Transaction skip;
  skip.conditions.push_back(Condition::absent(std::string(keys::event_count)));
  skip.changes.push_back(
      Change::put(std::string(keys::event_count), keys::event_count_value(EventLog::events_kept - 1)));
  ASSERT_TRUE(cache_.commit(skip)->committed);
  Transaction oldest;
  oldest.conditions.push_back(Condition::absent(keys::event(1)));
  oldest.changes.push_back(Change::put(keys::event(1), encode(event("oldest"))));
  ASSERT_TRUE(cache_.commit(oldest)->committed);
  ASSERT_TRUE(tell("the ten thousandth"));
  EXPECT_EQ(messages(0, 10), (std::vector<std::string>{"1 oldest", "10000 the ten thousandth"}));
  ASSERT_TRUE(tell("one more"));
  EXPECT_EQ(messages(0, 10), (std::vector<std::string>{"10000 the ten thousandth", "10001 one more"}));
}

}  // namespace
}  // namespace tandem::gateway
