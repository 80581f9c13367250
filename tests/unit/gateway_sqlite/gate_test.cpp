#include "gateway/catalogue/sqlite/gate.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "protocol/runtime/system_runtime.hpp"
#include "tests/unit/gateway_sqlite/scratch_folder.hpp"

namespace tandem::gateway {
namespace {

using namespace std::chrono_literals;

// Two gates on one file stand for two processes: a file lock belongs to what opened the file.
class GateTest : public testing::Test {
 protected:
  std::unique_ptr<SharedFile> open() {
    auto file = SharedFile::open(folder_.file("gate"), database_);
    EXPECT_TRUE(file.ok()) << to_string(file.error());
    return std::move(file).value();
  }

  ScratchFolder folder_;
  const std::string database_ = [this] {
    std::ofstream(folder_.file("database")) << "x";
    return folder_.file("database");
  }();
  protocol::SystemRuntime runtime_;
  std::unique_ptr<SharedFile> mine_ = open();
  std::unique_ptr<SharedFile> theirs_ = open();
  Gate gate_{*mine_, runtime_};
  Gate other_{*theirs_, runtime_};
};

TEST_F(GateTest, OneIsInsideAtATime) {
  std::atomic<int> inside = 0;
  std::atomic<int> passed = 0;
  std::vector<std::thread> threads;
  threads.reserve(6);
  for (int thread = 0; thread < 6; ++thread) {
    threads.emplace_back([&, thread] {
      Gate& gate = thread % 2 == 0 ? gate_ : other_;
      for (int i = 0; i < 100; ++i) {
        auto hold = gate.acquire(runtime_.now() + 10s);
        ASSERT_TRUE(hold.ok());
        EXPECT_EQ(++inside, 1);
        ++passed;
        --inside;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(passed, 600);
}

TEST_F(GateTest, WaitingIsBoundedAndTheHolderIsNamed) {
  auto hold = gate_.acquire(runtime_.now() + 1s);
  ASSERT_TRUE(hold.ok());
  const Instant before = runtime_.now();
  auto refused = other_.acquire(before + 50ms);
  EXPECT_EQ(refused.code(), Code::unavailable);
  EXPECT_GE(runtime_.now() - before, 50ms);
  EXPECT_NE(refused.error().cause.find("pid " + std::to_string(::getpid())), std::string::npos);
  EXPECT_FALSE(other_.try_acquire());
  EXPECT_EQ(gate_.acquire(runtime_.now() + 50ms).code(), Code::unavailable);  // nor by the same process
}

TEST_F(GateTest, ItIsFreeAgainAfterItsHold) {
  { auto hold = gate_.acquire(runtime_.now() + 1s); }
  EXPECT_TRUE(other_.holder().empty());
  auto hold = other_.try_acquire();
  ASSERT_TRUE(hold);
  EXPECT_FALSE(gate_.holder().empty());
}

TEST_F(GateTest, AHolderThatReleasesWakesWhoWaits) {
  auto hold = std::make_unique<Gate::Hold>(*gate_.try_acquire());
  std::thread waiting([&] { EXPECT_TRUE(other_.acquire(runtime_.now() + 10s).ok()); });
  runtime_.sleep_until(runtime_.now() + 20ms);
  hold.reset();
  waiting.join();
}

// Of a release only one is woken; without its word the others would sleep until somebody new comes.
TEST_F(GateTest, WhoWasWokenKeepsTheWordForThoseWhoSleepBehindIt) {
  constexpr int rounds = 50;
  std::atomic<int> kept = 0;
  for (int round = 0; round < rounds; ++round) {
    auto hold = std::make_unique<Gate::Hold>(*gate_.try_acquire());
    std::thread waiting([&] {
      const auto theirs = other_.acquire(runtime_.now() + 10s);
      EXPECT_TRUE(theirs.ok());
      kept += mine_->words().gate_wanted == 1 ? 1 : 0;
    });
    const Instant deadline = runtime_.now() + 10s;
    while (mine_->words().gate_wanted == 0 && runtime_.now() < deadline) std::this_thread::yield();
    runtime_.sleep_until(runtime_.now() + 200us);  // mostly it sleeps by then
    hold.reset();
    waiting.join();
  }
  EXPECT_GT(kept, rounds / 2) << "a waiter that comes just in time leaves no word";
}

TEST_F(GateTest, ItIsClosedWhenItsFileWasRemovedOrReplaced) {
  ::unlink(mine_->path().c_str());
  EXPECT_EQ(gate_.acquire(runtime_.now() + 1s).code(), Code::unavailable);
  const auto replaced = open();
  EXPECT_EQ(gate_.acquire(runtime_.now() + 1s).code(), Code::unavailable);
  Gate fresh(*replaced, runtime_);
  EXPECT_TRUE(fresh.acquire(runtime_.now() + 1s).ok());
}

TEST_F(GateTest, AFileOfANewerProgramIsRefused) {
  mine_->words().format = 99;
  EXPECT_EQ(SharedFile::open(folder_.file("gate"), database_).code(), Code::unsupported);
}

}  // namespace
}  // namespace tandem::gateway
