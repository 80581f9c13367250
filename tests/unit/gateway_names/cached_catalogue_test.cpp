#include "gateway/catalogue/names/cached_catalogue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "protocol/runtime/system_runtime.hpp"
#include "tests/support/memory_catalogue/memory_catalogue.hpp"
#include "tests/support/memory_catalogue/passing.hpp"

namespace tandem::gateway {
namespace {

using support::CatalogueCall;
using support::CatalogueHooks;
using support::Changing;
using support::MemoryCatalogue;
using support::Passing;

class CacheOnACatalogue : public ::testing::Test {
 protected:
  CatalogueHooks counting() {
    return {.before = [this](CatalogueCall which) {
      if (which == CatalogueCall::get || which == CatalogueCall::get_many) ++reads_;
      if (before_) before_(which);
      return success();
    }};
  }
  static Transaction write(const std::string& key, const std::string& value, Revision over) {
    Transaction transaction;
    transaction.conditions.push_back(over == 0 ? Condition::absent(key) : Condition::at(key, over));
    transaction.changes.push_back(Change::put(key, value));
    return transaction;
  }
  Revision put(Catalogue& catalogue, const std::string& key, const std::string& value) {
    const auto present = catalogue.get(key);
    EXPECT_TRUE(present.ok());
    const auto commit = catalogue.commit(write(key, value, *present ? (*present)->revision : 0));
    EXPECT_TRUE(commit.ok() && commit->committed);
    return commit->revision;
  }
  static std::string value_of(CachedCatalogue& cache, const std::string& key) {
    const auto entry = cache.get(key);
    if (!entry.ok()) return "error";
    return *entry ? (*entry)->value : "absent";
  }

  protocol::SystemRuntime runtime_;
  MemoryCatalogue shared_{runtime_};
  std::function<void(CatalogueCall)> before_;
  int reads_ = 0;
  std::unique_ptr<support::MemoryClient> engine_ = shared_.connect(counting());
  std::unique_ptr<support::MemoryClient> other_ = shared_.connect();
  std::vector<std::string> heard_;
  CachedCatalogue cache_{*engine_, 1000, [this](std::string_view key) { heard_.emplace_back(key); }};
};

TEST_F(CacheOnACatalogue, ASecondGetAsksNobody) {
  put(*other_, "a", "1");
  EXPECT_EQ(value_of(cache_, "a"), "1");
  EXPECT_EQ(value_of(cache_, "a"), "1");
  EXPECT_EQ(reads_, 1);
  EXPECT_EQ(cache_.hits(), 1U);
  EXPECT_EQ(cache_.misses(), 1U);
}

TEST_F(CacheOnACatalogue, AbsenceIsCachedToo) {
  EXPECT_EQ(value_of(cache_, "a"), "absent");
  EXPECT_EQ(value_of(cache_, "a"), "absent");
  EXPECT_EQ(reads_, 1);
  put(*other_, "a", "1");
  EXPECT_EQ(value_of(cache_, "a"), "1");
}

TEST_F(CacheOnACatalogue, WhatOthersChangeIsSeenAtOnceAndTheRestStaysCached) {
  put(*other_, "a", "1");
  put(*other_, "b", "1");
  value_of(cache_, "a");
  value_of(cache_, "b");
  heard_.clear();
  put(*other_, "a", "2");
  EXPECT_EQ(value_of(cache_, "b"), "1");
  EXPECT_EQ(reads_, 2);
  EXPECT_EQ(value_of(cache_, "a"), "2");
  EXPECT_EQ(reads_, 3);
  EXPECT_EQ(heard_, std::vector<std::string>{"a"});
}

TEST_F(CacheOnACatalogue, OwnCommitsAreKnownWithoutAsking) {
  value_of(cache_, "a");
  reads_ = 0;
  heard_.clear();
  const auto commit = cache_.commit(write("a", "1", 0));
  ASSERT_TRUE(commit.ok() && commit->committed);
  EXPECT_TRUE(cache_.current());
  const auto entry = cache_.get("a");
  ASSERT_TRUE(entry.ok() && *entry);
  EXPECT_EQ((**entry), (Entry{"a", "1", commit->revision, 0}));
  EXPECT_EQ(reads_, 0);
  EXPECT_EQ(heard_, std::vector<std::string>{"a"});

  Transaction removal;
  removal.conditions.push_back(Condition::at("a", commit->revision));
  removal.changes.push_back(Change::erase("a"));
  ASSERT_TRUE(cache_.commit(removal)->committed);
  EXPECT_EQ(value_of(cache_, "a"), "absent");
  EXPECT_EQ(reads_, 0);
}

TEST_F(CacheOnACatalogue, AnOwnCommitBehindOthersDoesNotHideTheirs) {
  value_of(cache_, "a");
  put(*other_, "a", "theirs");
  const auto commit = cache_.commit(write("b", "mine", 0));
  ASSERT_TRUE(commit.ok() && commit->committed);
  EXPECT_EQ(value_of(cache_, "a"), "theirs");
  EXPECT_EQ(value_of(cache_, "b"), "mine");
}

TEST_F(CacheOnACatalogue, AConflictTeachesThePresentState) {
  value_of(cache_, "a");
  put(*other_, "a", "theirs");
  const auto commit = cache_.commit(write("a", "mine", 0));
  ASSERT_TRUE(commit.ok());
  EXPECT_FALSE(commit->committed);
  EXPECT_EQ(value_of(cache_, "a"), "theirs");
}

TEST_F(CacheOnACatalogue, AReadThatWasOvertakenIsNotKept) {
  put(*other_, "a", "old");
  value_of(cache_, "other");
  // Behind the snapshot of "a" but before it is kept, the change is made and applied.
  const auto slow = shared_.connect({.after = [&](CatalogueCall which) {
    if (which == CatalogueCall::get_many && before_) before_(which);
    return success();
  }});
  CachedCatalogue cache(*slow, 1000, {});
  value_of(cache, "other");
  before_ = [&](CatalogueCall) {
    before_ = nullptr;
    put(*other_, "a", "new");
    EXPECT_TRUE(cache.refresh().ok());
  };
  EXPECT_EQ(value_of(cache, "a"), "old");
  EXPECT_EQ(value_of(cache, "a"), "new");
}

TEST_F(CacheOnACatalogue, ALostHistoryDropsEverything) {
  MemoryCatalogue forgetful(runtime_, 1, 2);
  const auto engine = forgetful.connect();
  std::vector<std::string> heard;
  CachedCatalogue cache(*engine, 1000, [&](std::string_view key) { heard.emplace_back(key); });
  put(*engine, "a", "1");
  value_of(cache, "a");
  heard.clear();
  put(*engine, "a", "2");
  for (const char* key : {"b", "c", "d", "e"}) put(*engine, key, "1");
  EXPECT_EQ(value_of(cache, "a"), "2");
  EXPECT_EQ(heard, std::vector<std::string>{""});
  EXPECT_EQ(cache.size(), 1U);
}

TEST_F(CacheOnACatalogue, ScansAndReadsOfManyAreLearnt) {
  put(*other_, "x/1", "1");
  put(*other_, "x/2", "2");
  value_of(cache_, "y");
  ASSERT_TRUE(cache_.scan("x/", "", 10).ok());
  const std::vector<std::string> keys{"z", "x/1"};
  ASSERT_TRUE(cache_.get_many(keys).ok());
  reads_ = 0;
  EXPECT_EQ(value_of(cache_, "x/1") + value_of(cache_, "x/2") + value_of(cache_, "z"), "12absent");
  EXPECT_EQ(reads_, 0);
}

TEST_F(CacheOnACatalogue, ItsSizeIsBoundedByEntriesAndByTheirLength) {
  CachedCatalogue cache(*engine_, 10, {});
  for (int i = 0; i < 50; ++i) value_of(cache, "key" + std::to_string(i));
  EXPECT_EQ(cache.size(), 10U);
  put(*other_, "long", std::string(5000, 'x'));
  value_of(cache, "long");
  EXPECT_LE(cache.size(), 6U);
}

TEST_F(CacheOnACatalogue, AnEngineErrorIsPassedOn) {
  engine_->kill();
  EXPECT_EQ(cache_.get("a").code(), Code::unavailable);
  EXPECT_EQ(cache_.commit(write("a", "1", 0)).code(), Code::unavailable);
}

TEST_F(CacheOnACatalogue, AReadOfManyThatAreKnownAsksNobody) {
  const std::vector<std::string> keys{"a", "b", "absent"};
  put(*other_, "a", "1");
  const Revision revision = put(*other_, "b", "2");
  value_of(cache_, "a");
  value_of(cache_, "b");
  reads_ = 0;
  ASSERT_TRUE(cache_.get_many(keys).ok());
  EXPECT_EQ(reads_, 1);
  const auto known = cache_.get_many(keys);
  EXPECT_EQ(reads_, 1);
  EXPECT_EQ(known->revision, revision);
  EXPECT_EQ(known->entries[0]->value + known->entries[1]->value, "12");
  EXPECT_EQ(known->entries[2], nullptr);
  const Revision changed = put(*other_, "b", "3");
  const auto next = cache_.get_many(keys);
  EXPECT_EQ(reads_, 2);
  EXPECT_EQ(next->revision, changed);
  EXPECT_EQ(next->entries[1]->value, "3");
}

// Never knows the revision without asking, as one spread over machines.
class Unsure final : public Passing {
 public:
  using Passing::Passing;
  std::optional<Revision> known_revision() const override { return std::nullopt; }
};

// A map that learnt something while the revision was unknown cannot be told what has changed since.
TEST_F(CacheOnACatalogue, WhatWasDerivedBeforeTheFirstKnownRevisionIsForgotten) {
  Changing engine(*engine_);
  std::vector<std::string> heard;
  CachedCatalogue cache(engine, 1000, [&](std::string_view key) { heard.emplace_back(key); });
  put(*other_, "a", "1");
  EXPECT_EQ(value_of(cache, "a"), "1");
  EXPECT_EQ(heard, std::vector<std::string>{});
  put(*other_, "a", "2");
  engine.changing = false;
  EXPECT_FALSE(cache.current());
  EXPECT_EQ(value_of(cache, "b"), "absent");
  EXPECT_TRUE(cache.current());
  EXPECT_EQ(heard, std::vector<std::string>{""});
  EXPECT_EQ(value_of(cache, "a"), "2");
  EXPECT_EQ(heard, std::vector<std::string>{""});
}

// Something happens once, right behind a look at the revision.
class Overtaken final : public Passing {
 public:
  using Passing::Passing;
  std::optional<Revision> known_revision() const override {
    const auto revision = Passing::known_revision();
    if (const auto now = std::exchange(meanwhile, {})) now();
    return revision;
  }

  mutable std::function<void()> meanwhile{};
};

TEST_F(CacheOnACatalogue, AReadOfManyNeverMixesTwoRevisions) {
  Overtaken engine(*engine_);
  CachedCatalogue cache(engine, 1000, {});
  put(*other_, "a", "old");
  put(*other_, "b", "old");
  const std::vector<std::string> keys{"a", "b"};
  value_of(cache, "a");
  ASSERT_TRUE(cache.get_many(keys).ok());
  engine.meanwhile = [&] {
    Transaction both;
    for (const std::string& key : keys) {
      both.conditions.push_back(Condition::at(key, (**other_->get(key)).revision));
      both.changes.push_back(Change::put(key, "new"));
    }
    ASSERT_TRUE(other_->commit(both)->committed);
    ASSERT_TRUE(cache.scan("a", "", 10).ok());  // "a" is kept as it is now, "b" as it was
  };
  const auto reading = cache.get_many(keys);
  EXPECT_EQ(reading->entries[0]->value, reading->entries[1]->value);
}

TEST_F(CacheOnACatalogue, WithoutAKnownRevisionEveryGetAsks) {
  Unsure unsure(*other_);
  CachedCatalogue cache(unsure, 1000, {});
  put(*engine_, "a", "1");
  EXPECT_EQ(value_of(cache, "a"), "1");
  put(*engine_, "a", "2");
  EXPECT_EQ(value_of(cache, "a"), "2");
  ASSERT_TRUE(cache.commit(write("b", "1", 0))->committed);
  EXPECT_EQ(value_of(cache, "b"), "1");
  EXPECT_EQ(unsure.reads, 3);
  EXPECT_TRUE(cache.refresh().ok());
  EXPECT_FALSE(cache.current());
}

// Two caches count the same number up from several threads; what a cache shows never goes back, and no
// count is lost although most reads are answered from memory.
TEST_F(CacheOnACatalogue, ConcurrentUsersNeverSeeTheValueGoBack) {
  constexpr int threads_each = 3;
  constexpr int counts = 300;
  const auto first_engine = shared_.connect();
  const auto second_engine = shared_.connect();
  CachedCatalogue first(*first_engine, 1000, {});
  CachedCatalogue second(*second_engine, 1000, {});
  put(*other_, "n", "0");
  std::atomic<int> backwards{0};
  const auto count_up = [&](CachedCatalogue& cache) {
    int seen = 0;
    for (int done = 0; done < counts;) {
      const auto entry = cache.find("n");
      const int present = std::stoi((*entry)->value);
      if (present < seen) ++backwards;
      seen = present;
      const auto commit = cache.commit(write("n", std::to_string(present + 1), (*entry)->revision));
      if (commit->committed) ++done;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < threads_each; ++i) {
    threads.emplace_back([&] { count_up(first); });
    threads.emplace_back([&] { count_up(second); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(backwards, 0);
  EXPECT_EQ(value_of(first, "n"), std::to_string(2 * threads_each * counts));
  EXPECT_EQ(value_of(second, "n"), value_of(first, "n"));
}

}  // namespace
}  // namespace tandem::gateway
