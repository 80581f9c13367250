// What only a clock of one's own can show of the contents kept open.
#include "storaged/disk/objects/open_objects.hpp"

#include <gtest/gtest.h>

#include "protocol/runtime/system_runtime.hpp"
#include "tests/support/memory_filesystem.hpp"

namespace tandem::storaged {
namespace {

using std::chrono::seconds;

class OwnClock final : public Runtime {
 public:
  Instant now() override { return now_; }
  WallTime wall_now() override { return wall_now_; }
  void fill_random(std::span<std::byte> out) override { system_.fill_random(out); }
  void sleep_until(Instant deadline) override { system_.sleep_until(deadline); }
  std::unique_ptr<Signal> make_signal() override { return system_.make_signal(); }
  std::unique_ptr<Task> spawn(std::string name, std::function<void()> body) override {
    return system_.spawn(std::move(name), std::move(body));
  }

  Instant now_{};
  WallTime wall_now_ = 0;

 private:
  protocol::SystemRuntime system_;
};

class KeptOpen : public ::testing::Test {
 protected:
  std::shared_ptr<const OpenContent> content(const std::string& path) {
    auto file = disk_.open(path, OpenMode::create_new);
    OpenContent made;
    made.status = *(*file)->status();
    made.file = std::move(*file);
    made.path = path;
    return std::make_shared<const OpenContent>(std::move(made));
  }
  static ObjectId id(std::uint8_t number) {
    ObjectId made;
    made.bytes[0] = number;
    return made;
  }

  support::MemoryFilesystem disk_;
  OwnClock clock_;
  OpenObjects open_{clock_, disk_, 2};
};

TEST_F(KeptOpen, AreForgottenAfterAWhile) {
  clock_.wall_now_ = 1'000'000'000;
  open_.keep(id(1), content("a"), open_.begin());
  EXPECT_NE(open_.find(id(1)), nullptr);
  clock_.now_ += OpenObjects::kept_for;
  EXPECT_NE(open_.find(id(1)), nullptr);
  clock_.now_ += seconds(1);
  EXPECT_EQ(open_.find(id(1)), nullptr) << "reading it does not make it younger";
  open_.keep(id(1), content("b"), open_.begin());
  clock_.now_ += OpenObjects::kept_for + seconds(1);
  std::weak_ptr<const OpenContent> old = open_.find(id(1));
  open_.keep(id(2), content("c"), open_.begin());
  EXPECT_TRUE(old.expired()) << "nobody has to ask for it to be let go";
}

TEST_F(KeptOpen, TheOnesReadLastStay) {
  clock_.wall_now_ = 1'000'000'000;
  open_.keep(id(1), content("a"), open_.begin());
  open_.keep(id(2), content("b"), open_.begin());
  EXPECT_NE(open_.find(id(1)), nullptr);
  open_.keep(id(3), content("c"), open_.begin());
  EXPECT_EQ(open_.find(id(2)), nullptr);
  EXPECT_NE(open_.find(id(1)), nullptr);
  EXPECT_NE(open_.find(id(3)), nullptr);
}

TEST_F(KeptOpen, AFileThatHasJustChangedIsNotKept) {
  const auto fresh = content("a");
  clock_.wall_now_ = fresh->status.changed_ns + 50'000'000;
  open_.keep(id(1), fresh, open_.begin());
  EXPECT_EQ(open_.find(id(1)), nullptr) << "the disk's clock may not have moved since";
  clock_.wall_now_ = fresh->status.changed_ns - 1;
  open_.keep(id(1), fresh, open_.begin());
  EXPECT_EQ(open_.find(id(1)), nullptr) << "a clock that was set back says nothing";
  clock_.wall_now_ = fresh->status.changed_ns + 150'000'000;
  open_.keep(id(1), fresh, open_.begin());
  EXPECT_NE(open_.find(id(1)), nullptr);
}

TEST_F(KeptOpen, WhatWasFoundBeforeARemovalIsNotKept) {
  clock_.wall_now_ = 1'000'000'000;
  const auto beginning = open_.begin();
  open_.forget(id(1));
  open_.keep(id(1), content("a"), beginning);
  EXPECT_EQ(open_.find(id(1)), nullptr);
}

}  // namespace
}  // namespace tandem::storaged
