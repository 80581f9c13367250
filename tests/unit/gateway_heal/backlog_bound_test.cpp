#include "gateway/heal/backlog_bound.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "gateway/catalogue/names/initial.hpp"
#include "gateway/catalogue/records/keys.hpp"
#include "tests/support/memory_catalogue/memory_catalogue.hpp"
#include "tests/unit/gateway_heal/sleeping_runtime.hpp"

namespace tandem::gateway {
namespace {

using support::CatalogueCall;
using support::MemoryCatalogue;
using support::MemoryClient;

constexpr std::size_t per_commit = 90;

// Nobody is called here.
class NoTransport final : public Transport {
 public:
  std::shared_ptr<Node> connect(const std::string&) override { return nullptr; }
};

NodeId numbered_node(std::uint8_t number) {
  NodeId node;
  node.bytes[0] = number;
  return node;
}

ObjectId numbered(std::uint32_t number) {
  ObjectId id;
  for (std::size_t byte = 0; byte < sizeof(number); ++byte) {
    id.bytes[byte] = static_cast<std::uint8_t>(number >> (24U - 8U * byte));
  }
  return id;
}

// A member that is out, on a catalogue where each scan of its marks takes a tenth of a second: a look, which
// may take a quarter, ends behind its third.
class ABacklogThatIsSlowToRead : public testing::Test {
 protected:
  ABacklogThatIsSlowToRead() {
    const MemberRecord lagging{.node = away_, .address = "away:1"};
    const MemberRecord present{.node = numbered_node(2), .address = "present:1"};
    commit(initial_entries({.id = {}, .name = "test"}, {{.name = "p1", .members = {lagging, present}}}));
    commit({{Condition::absent(keys::node(away_))},
            {Change::put(keys::node(away_), encode(NodeRecord{.state = NodeState::out}))}});
  }

  void commit(const Transaction& transaction) {
    const auto done = plain_->commit(transaction);
    ASSERT_TRUE(done.ok()) << done.error().cause;
    ASSERT_TRUE(done->committed);
  }
  // Marks of the objects numbered from `first` on, with the records of those files if asked for.
  void mark(std::uint32_t first, std::uint32_t count, bool with_records) {
    Transaction some;
    const auto put = [&](const std::string& key, std::string value) {
      some.conditions.push_back(Condition::absent(key));
      some.changes.push_back(Change::put(key, std::move(value)));
      if (some.conditions.size() == per_commit) commit(std::exchange(some, {}));
    };
    for (std::uint32_t number = first; number < first + count; ++number) {
      if (with_records) put(keys::record(numbered(number)), encode(ObjectRecord{.pair = "p1"}));
      put(keys::mark(away_, numbered(number)), encode(MarkRecord{.content = true}));
    }
    if (!some.changes.empty()) commit(some);
  }
  std::size_t marks() const {
    std::size_t count = 0;
    for (const Entry& entry : shared_.entries()) count += keys::parse_mark(entry.key) ? 1U : 0U;
    return count;
  }
  bool is_filling() const {
    const auto entry = *plain_->get(keys::node(away_));
    return decode<NodeRecord>(entry->value)->filling;
  }
  // A look once the time for it has come. Who is a member is known before.
  void look() {
    ASSERT_TRUE(membership_.view().ok());
    runtime_.now_ += std::chrono::minutes(10);
    scans_ = 0;
    const Status status = bound_.look();
    EXPECT_TRUE(status.ok()) << status.error().cause;
  }

  const NodeId away_ = numbered_node(1);
  SleepingRuntime runtime_;
  MemoryCatalogue shared_{runtime_};
  std::unique_ptr<MemoryClient> plain_ = shared_.connect();
  int scans_ = 0;
  std::unique_ptr<MemoryClient> slow_ = shared_.connect({.before = [this](CatalogueCall which) {
    if (which == CatalogueCall::scan) {
      ++scans_;
      runtime_.now_ += std::chrono::milliseconds(100);
    }
    return success();
  }});
  NoTransport transport_;
  CachedCatalogue catalogue_{*slow_, 1000, [this](std::string_view key) { membership_.changed(key); }};
  Membership membership_{catalogue_, transport_};
  EventLog events_{catalogue_, runtime_};
  BacklogBound bound_{catalogue_, membership_, events_, runtime_, 45'000};
};

TEST_F(ABacklogThatIsSlowToRead, IsCountedOnWhereTheLastLookEnded) {
  mark(1, 50'000, false);
  look();  // 30,000 of them
  EXPECT_EQ(scans_, 3);
  EXPECT_FALSE(is_filling());
  look();
  EXPECT_EQ(scans_, 2);
  EXPECT_TRUE(is_filling());
}

TEST_F(ABacklogThatIsSlowToRead, IsNotLookedAtForMoreThanAHundredthOfTheTime) {
  mark(1, 50'000, false);
  look();
  runtime_.now_ += std::chrono::seconds(29);  // the look took 0.3
  ASSERT_TRUE(bound_.look().ok());
  EXPECT_EQ(scans_, 3);
  runtime_.now_ += std::chrono::seconds(2);
  ASSERT_TRUE(bound_.look().ok());
  EXPECT_TRUE(is_filling());
}

TEST_F(ABacklogThatIsSlowToRead, ThatStaysWithinTheBoundIsCountedFromItsBeginningAgain) {
  mark(20'000, 40'000, false);
  for (int time = 0; time < 6; ++time) look();
  EXPECT_FALSE(is_filling());
  mark(1, 10'000, false);  // before those that were counted
  for (int time = 0; time < 3; ++time) look();
  EXPECT_TRUE(is_filling());
}

// Those from before everything was to be compared stay listed, and stand in the way of a look that would
// begin anew each time.
TEST_F(ABacklogThatIsSlowToRead, IsForgottenOnWhereTheLastLookEnded) {
  constexpr std::uint32_t before = 300;
  constexpr std::uint32_t behind = 400;
  mark(1, before, true);
  const auto state = *plain_->get(keys::node(away_));
  const NodeRecord filling{.state = NodeState::out, .filling = true};
  commit({{Condition::at(state->key, state->revision)}, {Change::put(state->key, encode(filling))}});
  mark(1 + before, behind, true);
  for (int time = 0; time < 3; ++time) {
    look();
    EXPECT_LE(scans_, 3);
  }
  EXPECT_EQ(marks(), before);
}

}  // namespace
}  // namespace tandem::gateway
