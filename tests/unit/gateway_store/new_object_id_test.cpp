#include "gateway/store/new_object_id.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "protocol/runtime/system_runtime.hpp"

namespace tandem::gateway {
namespace {

// The system's, but for a wall clock that shows what it is told.
class ClockedRuntime final : public Runtime {
 public:
  Instant now() override { return system_.now(); }
  WallTime wall_now() override { return wall; }
  void sleep_until(Instant wake_up) override { system_.sleep_until(wake_up); }
  void fill_random(std::span<std::byte> out) override { system_.fill_random(out); }
  std::unique_ptr<Signal> make_signal() override { return system_.make_signal(); }
  std::unique_ptr<Task> spawn(std::string name, std::function<void()> body) override {
    return system_.spawn(std::move(name), std::move(body));
  }

  WallTime wall = 0;

 private:
  protocol::SystemRuntime system_;
};

TEST(NewObjectId, LaterMillisecondsComeBehind) {
  ClockedRuntime runtime;
  ObjectId last{};
  for (const WallTime milliseconds : {1LL, 2LL, 255LL, 256LL, 1'800'000'000'000LL, (1LL << 40U) * 7}) {
    runtime.wall = milliseconds * 1'000'000;
    const ObjectId id = new_object_id(runtime);
    EXPECT_GT(id, last) << milliseconds;
    last = id;
  }
}

TEST(NewObjectId, OneClockReadingMakesAsManyIdsAsAreWanted) {
  ClockedRuntime runtime;
  std::set<ObjectId> ids;
  for (const WallTime wall : {WallTime{0}, WallTime{-5'000'000}, WallTime{1'800'000'000'000'000'000}}) {
    runtime.wall = wall;
    for (int i = 0; i < 10'000; ++i) ids.insert(new_object_id(runtime));
  }
  EXPECT_EQ(ids.size(), 30'000U);
  EXPECT_FALSE(ids.contains(root_directory));
}

}  // namespace
}  // namespace tandem::gateway
