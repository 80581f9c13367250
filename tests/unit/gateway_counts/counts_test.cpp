// What an operation costs, counted: exact on any machine, however busy. A client that has worked a little
// (its session is open, its directory is known) against real daemons.
#include <gtest/gtest.h>

#include <algorithm>

#include "gateway/store/open_store.hpp"
#include "gateway/store/real_seams.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/support/local_cluster/local_cluster.hpp"
#include "tests/unit/gateway_counts/recorded_calls.hpp"

namespace tandem::test {
namespace {

using Calls = std::vector<std::string>;

class Counts : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(cluster_.start_and_init());
    store_ = open();
    ASSERT_TRUE(store_);
    ASSERT_TRUE(store_->make_directory("/d", false, 0755).ok());
    for (const char* path : {"/d/a", "/d/b"}) ASSERT_TRUE(store_->write(path, "some bytes", {}).ok());
    settle();
  }

  void TearDown() override {
    tape_.release_settles();
    store_.reset();
  }

  std::unique_ptr<gateway::Store> open() {
    auto config = gateway::load_config(cluster_.config_file().string(), {"read.hedge=0"});
    if (!config) return nullptr;
    auto catalogue = gateway::open_catalogue(*config, runtime_);
    auto transport = gateway::open_transport(*config, runtime_);
    if (!catalogue || !transport) return nullptr;
    auto store = gateway::open_store({.config = *config,
                                      .runtime = &runtime_,
                                      .transport = recorded(std::move(*transport), tape_),
                                      .catalogue = recorded(std::move(*catalogue), tape_)});
    return store ? std::move(*store) : nullptr;
  }

  void settle() {
    ASSERT_TRUE(store_->drain_settles(runtime_.now() + std::chrono::seconds(30)));
    (void)tape_.take();
    (void)tape_.take_others();
  }

  // What the operation asked for before it answered, while no node could be settled.
  template <class Operation>
  Calls calls_of(Operation operation) {
    settle();
    tape_.hold_settles();
    EXPECT_TRUE(operation().ok());
    auto calls = tape_.take();
    tape_.release_settles();
    return calls;
  }

  Calls calls_behind() {
    EXPECT_TRUE(store_->drain_settles(runtime_.now() + std::chrono::seconds(30)));
    return tape_.take_others();
  }

  protocol::SystemRuntime runtime_;
  LocalCluster cluster_;
  Tape tape_;
  std::unique_ptr<gateway::Store> store_;
};

const Calls put_to_both_at_once{"send put", "send put", "collect put", "collect put"};

Calls operator+(Calls left, const Calls& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

TEST_F(Counts, AWriteOfANewFileIsALookupOneParallelRoundTripAndOneCommit) {
  EXPECT_EQ(calls_of([&] { return store_->write("/d/new", "some bytes", {}); }),
            Calls{"get"} + put_to_both_at_once + Calls{"commit"});
}

// The two lookups are the members' marks: an overwrite erases those of the members that hold it.
TEST_F(Counts, AnOverwriteIsOneParallelRoundTripTwoLookupsAndOneCommit) {
  ASSERT_TRUE(store_->stat("/d/a").ok());
  EXPECT_EQ(calls_of([&] { return store_->write("/d/a", "other bytes", {}); }),
            (put_to_both_at_once + Calls{"get", "get", "commit"}));
}

TEST_F(Counts, AReadWithAKnownRecordIsOneRoundTripAndNoTransaction) {
  ASSERT_TRUE(store_->read("/d/a").ok());
  EXPECT_EQ(calls_of([&] { return store_->read("/d/a"); }), Calls{"send fetch"});
}

// Members serve staged bytes at the stamp asked for: whoever reads need not wait for the settle.
TEST_F(Counts, AReadBehindAWriteIsALookupAndOneRoundTripThoughNothingIsSettledYet) {
  settle();
  tape_.hold_settles();
  ASSERT_TRUE(store_->write("/d/a", "other bytes", {}).ok());
  (void)tape_.take();
  const auto read = store_->read("/d/a");
  EXPECT_TRUE(read.ok() && *read == "other bytes");
  EXPECT_EQ(tape_.take(), (Calls{"get", "send fetch"}));
  tape_.release_settles();
}

TEST_F(Counts, AStatOfAKnownFileAsksNobody) {
  ASSERT_TRUE(store_->stat("/d/a").ok());
  EXPECT_EQ(calls_of([&] { return store_->stat("/d/a"); }), Calls{});
}

TEST_F(Counts, MkdirMvAndRmAreOneCommitAndNoNodeIsAskedBeforeTheAnswer) {
  ASSERT_TRUE(store_->stat("/d/a").ok());
  ASSERT_TRUE(store_->stat("/d/b").ok());
  EXPECT_EQ(calls_of([&] { return store_->make_directory("/d/sub", false, 0755); }),
            (Calls{"get", "commit"}));
  EXPECT_EQ(calls_of([&] { return store_->move("/d/a", "/d/c", false); }), (Calls{"get", "commit"}));
  EXPECT_EQ(calls_of([&] { return store_->remove("/d/b"); }), Calls{"commit"});
}

TEST_F(Counts, AListingIsOneScanAndOneGetOfTheRecordsUnlessTheyAreKnown) {
  const auto list = [&] { return store_->list("/d", "", 1000); };
  EXPECT_EQ(calls_of(list), Calls{"scan"});
  ASSERT_TRUE(cluster_.tandem({"write", "/d/by-another", "x"}).ok());
  EXPECT_EQ(calls_of(list), (Calls{"history", "scan", "get"}));
  EXPECT_EQ(calls_of(list), Calls{"scan"});
}

TEST_F(Counts, BehindTheAnswerEachMemberIsToldOnce) {
  (void)calls_of([&] { return store_->write("/d/new", "some bytes", {}); });
  const auto calls = calls_behind();
  EXPECT_EQ(std::count(calls.begin(), calls.end(), "send settle"), 2);
  EXPECT_EQ(std::count(calls.begin(), calls.end(), "send put"), 0);
}

TEST_F(Counts, ChangesThatWaitAreToldTogether) {
  settle();
  tape_.hold_settles();
  for (int number = 0; number < 30; ++number) {
    ASSERT_TRUE(store_->write("/d/w" + std::to_string(number), "x", {}).ok());
  }
  tape_.release_settles();
  const auto calls = calls_behind();
  // Four members; a first batch that was under way when the settles were held, and one with all the rest.
  EXPECT_LE(std::count(calls.begin(), calls.end(), "send settle"), 2 * 4);
}

}  // namespace
}  // namespace tandem::test
