#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "protocol/runtime/system_runtime.hpp"
#include "storaged/disk/objects/keyed_locks.hpp"
#include "storaged/disk/objects/shared_syncs.hpp"

namespace tandem::storaged {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

ObjectId id_with(std::uint8_t first) {
  ObjectId id;
  id.bytes[0] = first;
  return id;
}

TEST(KeyedLocks, KeepTwoHoldersOfOneIdApart) {
  protocol::SystemRuntime runtime;
  KeyedLocks locks(runtime, seconds(30));
  std::atomic<int> inside = 0;
  std::atomic<bool> met = false;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&] {
      for (int round = 0; round < 500; ++round) {
        const auto guard = locks.lock_all({id_with(2), id_with(1), id_with(2)});
        ASSERT_TRUE(guard.ok());
        if (++inside != 1) met = true;
        --inside;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_FALSE(met);
}

TEST(KeyedLocks, DoNotWaitForever) {
  protocol::SystemRuntime runtime;
  KeyedLocks locks(runtime, milliseconds(20));
  const auto held = locks.lock(id_with(1));
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(locks.lock_all({id_with(0), id_with(1)}).code(), Code::unavailable);
  EXPECT_TRUE(locks.lock(id_with(0)).ok()) << "what was taken on the way is let go";
}

TEST(SharedSyncs, SyncOnlyWhatChangedAndAgainAfterAFailure) {
  protocol::SystemRuntime runtime;
  SharedSyncs syncs(runtime, seconds(30));
  int calls = 0;
  const auto count = [&]() -> Status {
    ++calls;
    return success();
  };
  EXPECT_TRUE(syncs.ensure("a", count).ok());
  EXPECT_EQ(calls, 0);
  syncs.changed("a");
  const auto fail = [&]() -> Status { return Error{Code::corrupt, "no"}; };
  EXPECT_EQ(syncs.ensure("a", fail).code(), Code::corrupt);
  EXPECT_TRUE(syncs.ensure("a", count).ok());
  EXPECT_TRUE(syncs.ensure("a", count).ok());
  EXPECT_EQ(calls, 1);
}

TEST(SharedSyncs, AreSharedByThoseWhoWaitMeanwhile) {
  protocol::SystemRuntime runtime;
  SharedSyncs syncs(runtime, seconds(30));
  std::atomic<int> calls = 0;
  std::atomic<int> waiting = 0;
  const auto slow = [&]() -> Status {
    const bool first = ++calls == 1;
    while (first && waiting < 8) std::this_thread::yield();
    return success();
  };
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&] {
      syncs.changed("a");
      ++waiting;
      EXPECT_TRUE(syncs.ensure("a", slow).ok());
    });
  for (auto& thread : threads) thread.join();
  EXPECT_LE(calls, 3);
}

}  // namespace
}  // namespace tandem::storaged
