#include "gateway/catalogue/operations/operations.hpp"

#include <gtest/gtest.h>

#include "gateway/catalogue/records/keys.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/support/memory_catalogue/memory_catalogue.hpp"

namespace tandem::gateway {
namespace {

using namespace std::chrono_literals;
using support::CatalogueCall;

const Error lost{Code::outcome_unknown, "the answer was lost"};

class OperationsTest : public testing::Test {
 protected:
  Result<Operations::Committed> put(const std::string& key, const std::string& value,
                                    const std::vector<Owed>& owed = {}) {
    return operations_.commit({{Condition::absent(key)}, {Change::put(key, value)}}, owed);
  }
  std::string value(const std::string& key) {
    const auto entry = other_->get(key);
    return entry.ok() && *entry ? (*entry)->value : "absent";
  }
  std::size_t count(std::string_view prefix) {
    const auto page = other_->scan(prefix, {}, 1000);
    return page.ok() ? page->entries.size() : 0;
  }
  SessionId session() {
    const auto page = other_->scan(keys::sessions_prefix, {}, 2);
    return page.ok() && page->entries.size() == 1 ? *keys::parse_session(page->entries[0].key) : 0;
  }
  // The next commits are not sent at all, or happen and their answer is lost.
  int drop_before_ = 0;
  int drop_after_ = 0;
  std::function<void()> meanwhile_{};

  protocol::SystemRuntime runtime_;
  support::MemoryCatalogue shared_{runtime_};
  std::unique_ptr<Catalogue> other_ = shared_.connect();
  std::unique_ptr<Catalogue> engine_ =
      shared_.connect({[this](CatalogueCall call) {
                         if (call != CatalogueCall::commit || drop_before_ == 0) return success();
                         --drop_before_;
                         if (meanwhile_) std::exchange(meanwhile_, {})();
                         return Status(lost);
                       },
                       [this](CatalogueCall call) {
                         if (call != CatalogueCall::commit || drop_after_ == 0) return success();
                         --drop_after_;
                         if (meanwhile_) std::exchange(meanwhile_, {})();
                         return Status(lost);
                       }});
  CachedCatalogue catalogue_{*engine_, 1000, {}};
  Operations operations_{catalogue_, runtime_, {10s, 200ms, "test"}};
};

TEST_F(OperationsTest, WhatWasStagedUnderASessionThatHasEndedIsNotCommittedUnderTheNext) {
  const Stamp old = operations_.next_stamp({}, 0)->stamp;
  ASSERT_TRUE(other_->end_session(old.fence).ok());
  EXPECT_EQ(put("first", "notices that the session has ended").code(), Code::stale);
  const Stamp next = operations_.next_stamp({}, 0)->stamp;
  ASSERT_NE(next.fence, old.fence);
  const Transaction change{{Condition::absent("key")}, {Change::put("key", "value")}};
  EXPECT_EQ(operations_.commit(change, {}, old.fence).code(), Code::stale);
  EXPECT_EQ(value("key"), "absent");
  EXPECT_TRUE(operations_.commit(change, {}, next.fence)->commit.committed);
}

TEST_F(OperationsTest, ACommitThatHappenedButWasNotAnsweredIsKnownToHaveHappened) {
  drop_after_ = 1;
  const auto done = put("k", "v");
  ASSERT_TRUE(done.ok()) << to_string(done.error());
  EXPECT_TRUE(done->commit.committed);
  EXPECT_EQ(done->commit.revision, (*other_->get("k"))->revision);
  EXPECT_EQ(value("k"), "v");
}

TEST_F(OperationsTest, EvenWhenOthersChangedWhatItWroteMeanwhile) {
  drop_after_ = 1;
  Revision written = 0;
  meanwhile_ = [&] {
    written = (*other_->get("k"))->revision;
    ASSERT_TRUE(other_->commit({{Condition::at("k", written)}, {Change::erase("k")}})->committed);
  };
  const auto done = put("k", "v");
  ASSERT_TRUE(done.ok()) << to_string(done.error());
  EXPECT_TRUE(done->commit.committed) << "it did happen, although nothing of it is left";
  EXPECT_EQ(done->commit.revision, written);
  EXPECT_EQ(value("k"), "absent") << "and it is not done again";
}

TEST_F(OperationsTest, ACommitThatWasLostOnItsWayIsSentAgain) {
  drop_before_ = 2;
  const auto done = put("k", "v");
  ASSERT_TRUE(done.ok()) << to_string(done.error());
  EXPECT_TRUE(done->commit.committed);
  EXPECT_EQ(value("k"), "v");
}

TEST_F(OperationsTest, ALostCommitThatOthersOvertookIsAConflict) {
  drop_before_ = 1;
  meanwhile_ = [&] {
    ASSERT_TRUE(other_->commit({{Condition::absent("k")}, {Change::put("k", "theirs")}})->committed);
  };
  const auto done = put("k", "mine");
  ASSERT_TRUE(done.ok()) << to_string(done.error());
  EXPECT_FALSE(done->commit.committed);
  EXPECT_EQ(done->commit.current.front().value, "theirs");
}

TEST_F(OperationsTest, WhatNobodyAnswersForLongIsUnknownAndTheNextStartsClean) {
  ASSERT_TRUE(put("first", "").ok());
  const SessionId before = session();
  drop_after_ = 100;
  EXPECT_EQ(put("k", "v").code(), Code::outcome_unknown);
  drop_after_ = 0;
  const auto next = put("l", "v");
  ASSERT_TRUE(next.ok() && next->commit.committed);
  EXPECT_EQ(count(keys::slots_of(before)), 2U) << "left to be reaped, with what they owe";
  EXPECT_NE(session(), before);
}

TEST_F(OperationsTest, UnderASessionThatHasEndedNothingIsCommitted) {
  ASSERT_TRUE(put("first", "").ok());
  ASSERT_TRUE(other_->end_session(session()).ok());
  EXPECT_EQ(put("k", "v").code(), Code::stale);
  EXPECT_EQ(value("k"), "absent");
  EXPECT_TRUE(put("k", "v")->commit.committed) << "the next call opens another";
}

TEST_F(OperationsTest, ALostAnswerWhoseSessionWasEndedStaysUnknown) {
  ASSERT_TRUE(put("first", "").ok());
  drop_after_ = 1;
  meanwhile_ = [&] {
    const SessionId ended = session();
    ASSERT_TRUE(other_->end_session(ended).ok());
    const auto slots = other_->scan(keys::slots_of(ended), {}, 10);
    for (const Entry& slot : slots->entries) {
      ASSERT_TRUE(
          other_->commit({{Condition::at(slot.key, slot.revision)}, {Change::erase(slot.key)}})->committed);
    }
  };
  EXPECT_EQ(put("k", "v").code(), Code::outcome_unknown);
}

TEST_F(OperationsTest, ASlotRemembersWhatIsOwedUntilAnotherUsesIt) {
  Owed owed;
  owed.id.bytes[0] = 7;
  owed.pair = "p1";
  const auto done = put("k", "v", {owed});
  ASSERT_TRUE(done.ok());
  const auto slot = other_->get(keys::slot(session(), done->ticket.slot));
  ASSERT_TRUE(slot.ok() && *slot);
  const auto record = decode<SlotRecord>((*slot)->value);
  ASSERT_TRUE(record.ok());
  ASSERT_EQ(record->owed.size(), 1U);
  EXPECT_EQ(record->owed[0].id, owed.id);
  const auto next = put("l", "v");
  EXPECT_NE(next->ticket.slot, done->ticket.slot) << "not while it is owed";
  operations_.settled(done->ticket);
  EXPECT_EQ(put("m", "v")->ticket.slot, done->ticket.slot);
}

TEST_F(OperationsTest, AsMuchMayBeOwedAsThereAreSlots) {
  std::vector<Operations::Ticket> tickets;
  for (std::uint32_t i = 0; i < Operations::slots_max; ++i) {
    auto done = put("k" + std::to_string(i), "");
    ASSERT_TRUE(done.ok());
    tickets.push_back(done->ticket);
  }
  const Instant before = runtime_.now();
  EXPECT_EQ(put("more", "").code(), Code::unavailable);
  EXPECT_GE(runtime_.now() - before, 200ms);
  EXPECT_EQ(value("more"), "absent");
  operations_.settled(tickets.front());
  EXPECT_TRUE(put("more", "").ok());
}

TEST_F(OperationsTest, ClosingErasesTheSlotsThatOweNothing) {
  const auto owing = put("k", "v", {Owed{}});
  const auto free = put("l", "v");
  ASSERT_TRUE(owing.ok() && free.ok());
  operations_.settled(free->ticket);
  ASSERT_TRUE(operations_.close().ok());
  EXPECT_EQ(count(keys::slots_prefix), 1U);
}

TEST_F(OperationsTest, NoTwoStampsAreEqual) {
  const auto one = operations_.next_stamp({}, 0);
  const auto two = operations_.next_stamp({}, 0);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_NE(one->stamp, two->stamp);
  EXPECT_EQ(one->stamp.fence, session());
}

}  // namespace
}  // namespace tandem::gateway
