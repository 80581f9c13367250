// The node is killed, or loses its power, before each operation in turn: afterwards it holds the old content
// or the new one, its inventory does not claim what is not so, and the same call made again ends right.

#include <algorithm>

#include "tests/support/memory_filesystem.hpp"
#include "tests/unit/storaged_guarded/node_on_disk.hpp"

namespace tandem::test {
namespace {

const std::string old_content = patterned(1'200'000, 1);
const std::string new_content = patterned(1'300'000, 2);

enum class Crash { kill, power_cut, power_cut_by_chance };

struct Scene {
  support::MemoryFilesystem disk;
  NodeOnDisk node{disk};
};

SettleItem old_item() {
  SettleItem item = file_item(1, 5, {5, 1}, old_content, {{root_directory, "a"}, {id_of(10), "b"}});
  item.directories = {{id_of(10), 3, root_directory, "d"}};
  return item;
}

// Another content, one name gone, one new in another directory, and the old directory moved.
SettleItem new_item() {
  SettleItem item = file_item(1, 9, {9, 1}, new_content, {{id_of(10), "b"}, {id_of(11), "c"}});
  item.directories = {{id_of(10), 8, root_directory, "e"}, {id_of(11), 7, id_of(10), "f"}};
  return item;
}

void prepare(Scene& scene) {
  ASSERT_TRUE(scene.node.start(true).ok());
  ASSERT_TRUE(scene.node.put(id_of(1), {5, 1}, old_content).ok());
  ASSERT_EQ(scene.node.settle(old_item()), Answer::ok);
}

// True when the operation was reached.
template <class Call>
bool crash_in(Scene& scene, std::uint64_t operation, Crash crash, const Call& call) {
  const std::uint64_t last = scene.disk.operation_count() + operation;
  scene.disk.set_hook([&](const support::MemoryFilesystem::Operation& now) {
    if (now.number >= last) scene.disk.halt();
    return success();
  });
  call();
  const bool reached = scene.disk.halted();
  scene.disk.set_hook({});
  scene.node.stop();
  if (crash == Crash::kill) scene.disk.restart();
  if (crash == Crash::power_cut) scene.disk.power_cut(0);
  if (crash == Crash::power_cut_by_chance) scene.disk.power_cut(1000 + operation);
  EXPECT_TRUE(scene.node.start(false).ok());
  return reached;
}

void expect_old_or_new(Scene& scene) {
  const ObjectState state = scene.node.look(id_of(1));
  ASSERT_TRUE(state.settled);
  ASSERT_FALSE(state.damaged);
  const bool is_new = state.stamp == Stamp{9, 1};
  const auto content = scene.node.get(id_of(1), state.stamp);
  ASSERT_TRUE(content.ok()) << to_string(content.error());
  EXPECT_TRUE(*content == (is_new ? new_content : old_content));
  for (const InventoryEntry& entry : scene.node.inventory()) {
    if (entry.id != id_of(1)) continue;
    EXPECT_TRUE(entry.revision == 0 || entry.revision == (is_new ? 9U : 5U));
    if (entry.revision == 9) {
      EXPECT_EQ(scene.node.tree(), (std::vector<std::string>{"/e/", "/e/b", "/e/f/", "/e/f/c"}));
    }
  }
}

void expect_settled(Scene& scene) {
  SettleItem item = new_item();
  item.source = SettleSource::staged;
  if (scene.node.settle(item) == Answer::absent) {
    (void)scene.node.put(id_of(1), {9, 1}, new_content);
    ASSERT_EQ(scene.node.settle(item), Answer::ok);
  }
  EXPECT_EQ(scene.node.tree(), (std::vector<std::string>{"/e/", "/e/b", "/e/f/", "/e/f/c"}));
  EXPECT_TRUE(*scene.node.get(id_of(1), {9, 1}) == new_content);
  ASSERT_TRUE(scene.node.start(true).ok());  // what a failed call left behind goes with the next start
  const auto checksums = scene.disk.status("checksums/" + to_string(id_of(1)) + ".5-1");
  EXPECT_EQ(checksums.code(), Code::not_found);
}

// How the new bytes came to the node.
enum class Staged { durably, by_healer, in_memory };

void stage_new(Scene& scene, Staged how) {
  const std::uint64_t claim = how == Staged::by_healer ? 77 : 0;
  if (claim != 0) scene.node.look(id_of(1), claim);
  ASSERT_TRUE(
      scene.node.put(id_of(1), {9, 1}, new_content, claim, std::nullopt, how != Staged::in_memory).ok());
}

SettleItem item_for(Staged how) {
  SettleItem item = new_item();
  if (how != Staged::by_healer) return item;
  item.source = SettleSource::claimed;
  item.claim = 77;
  return item;
}

class Crashing : public ::testing::TestWithParam<Crash> {};
INSTANTIATE_TEST_SUITE_P(Node, Crashing,
                         ::testing::Values(Crash::kill, Crash::power_cut, Crash::power_cut_by_chance));

class CrashingSettle : public ::testing::TestWithParam<std::tuple<Crash, Staged>> {};
INSTANTIATE_TEST_SUITE_P(
    Node, CrashingSettle,
    ::testing::Combine(::testing::Values(Crash::kill, Crash::power_cut, Crash::power_cut_by_chance),
                       ::testing::Values(Staged::durably, Staged::by_healer, Staged::in_memory)));

TEST_P(CrashingSettle, LeavesOldOrNewAndKeepsWhatItHasAnswered) {
  const auto [crash, staged] = GetParam();
  bool reached = true;
  std::uint64_t operation = 1;
  for (; reached; ++operation) {
    SCOPED_TRACE(operation);
    Scene scene;
    prepare(scene);
    stage_new(scene, staged);
    const SettleItem item = item_for(staged);
    reached = crash_in(scene, operation, crash, [&] {
      (void)scene.node.node().settle(scene.node.guard(), std::span(&item, 1), true);
    });
    expect_old_or_new(scene);
    if (!reached) {
      EXPECT_EQ(scene.node.look(id_of(1)).revision, 9U) << "what was answered is still so";
    }
    // Of bytes that were not synced half may be left, which only those who read them find out.
    if (staged != Staged::in_memory) expect_settled(scene);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(operation, 40U);
}

// A settle that ended before it synced, then whoever tidies up behind a writer that is gone.
TEST(AfterAPowerCut, BytesDroppedBecauseTheyAreSettledAreThereAsTheObject) {
  bool reached = true;
  for (std::uint64_t operation = 1; reached; ++operation) {
    SCOPED_TRACE(operation);
    Scene scene;
    prepare(scene);
    stage_new(scene, Staged::durably);
    stage_new(scene, Staged::by_healer);
    const SettleItem item = item_for(Staged::by_healer);
    reached = crash_in(scene, operation, Crash::kill, [&] {
      (void)scene.node.node().settle(scene.node.guard(), std::span(&item, 1), true);
    });
    const bool settled = scene.node.look(id_of(1)).stamp == Stamp{9, 1};
    if (!settled) continue;
    const auto staged = scene.node.node().staged(scene.node.guard(), 10);
    ASSERT_TRUE(staged.ok());
    ASSERT_TRUE(scene.node.node().drop_staged(scene.node.guard(), *staged).ok());
    scene.node.stop();
    scene.disk.power_cut(operation);
    ASSERT_TRUE(scene.node.start(false).ok());
    const auto content = scene.node.get(id_of(1), {9, 1});
    ASSERT_TRUE(content.ok()) << to_string(content.error());
    EXPECT_TRUE(*content == new_content);
  }
}

// A content of more checksums than an attribute takes, under more names than one takes; both lists have
// files.
TEST(AfterAPowerCut, WhatASecondSettleSaidToBeDurableIsThereThoughTheFirstNeedNotLast) {
  Scene scene;
  prepare(scene);
  ASSERT_TRUE(scene.node.put(id_of(2), {6, 1}, new_content, 0, std::nullopt, false).ok());
  SettleItem item = file_item(2, 6, {6, 1}, new_content, {});
  for (char letter = 'a'; letter <= 'z'; ++letter)
    item.names.push_back({root_directory, std::string(200, letter)});
  ASSERT_EQ(scene.node.settle(item, false), Answer::ok);
  ASSERT_EQ(scene.node.settle(item, true), Answer::ok);
  scene.node.stop();
  scene.disk.power_cut(0);
  ASSERT_TRUE(scene.node.start(false).ok());
  EXPECT_EQ(scene.node.look(id_of(2)).revision, 6U);
  const auto content = scene.node.get(id_of(2), {6, 1});
  ASSERT_TRUE(content.ok()) << to_string(content.error());
  EXPECT_TRUE(*content == new_content);
}

TEST_P(Crashing, InAStageLeavesTheBytesWholeOrNotAtAll) {
  bool reached = true;
  for (std::uint64_t operation = 1; reached; ++operation) {
    SCOPED_TRACE(operation);
    Scene scene;
    prepare(scene);
    bool answered = false;
    reached = crash_in(scene, operation, GetParam(), [&] {
      answered = scene.node.put(id_of(1), {9, 1}, new_content).ok();
    });
    const auto staged = scene.node.get(id_of(1), {9, 1});
    if (answered) {
      ASSERT_TRUE(staged.ok());
    }
    if (staged.ok()) {
      EXPECT_TRUE(*staged == new_content);
    }
    EXPECT_EQ(scene.node.look(id_of(1)).revision, 5U);
  }
}

TEST_P(Crashing, InARemovalEndsInNothingWhenItIsRepeated) {
  bool reached = true;
  for (std::uint64_t operation = 1; reached; ++operation) {
    SCOPED_TRACE(operation);
    Scene scene;
    prepare(scene);
    const SettleItem item = removal_of(1, 9);
    reached = crash_in(scene, operation, GetParam(), [&] {
      (void)scene.node.node().settle(scene.node.guard(), std::span(&item, 1), true);
    });
    if (!reached) {
      EXPECT_FALSE(scene.node.look(id_of(1)).settled);
    }
    ASSERT_EQ(scene.node.settle(item), Answer::ok);
    EXPECT_EQ(scene.node.tree(), std::vector<std::string>{});
    scene.node.stop();
    scene.disk.power_cut(0);
    ASSERT_TRUE(scene.node.start(false).ok());
    EXPECT_EQ(scene.node.tree(), std::vector<std::string>{});
    EXPECT_TRUE(scene.node.inventory().empty());
  }
}

TEST(Trouble, OfTheDiskInASettleIsToldAndTheCallCanBeRepeated) {
  for (const Code code : {Code::no_space, Code::corrupt}) {
    bool failed = true;
    for (std::uint64_t operation = 1; failed; ++operation) {
      SCOPED_TRACE(operation);
      Scene scene;
      prepare(scene);
      ASSERT_TRUE(scene.node.put(id_of(1), {9, 1}, new_content).ok());
      scene.disk.fail_operation(scene.disk.operation_count() + operation, Error{code, "planted"});
      const std::uint64_t last = scene.disk.operation_count() + operation;
      const SettleItem item = new_item();
      const auto answers = scene.node.node().settle(scene.node.guard(), std::span(&item, 1), true);
      failed = scene.disk.operation_count() >= last;
      if (!answers.ok()) {
        EXPECT_EQ(answers.code(), code);
      }
      if (!failed) break;  // the planted trouble is still to come
      expect_settled(scene);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(Trouble, OfTheDiskInASettleDoesNotLetAnOlderOneWin) {
  bool failed = true;
  for (std::uint64_t operation = 1; failed; ++operation) {
    SCOPED_TRACE(operation);
    Scene scene;
    prepare(scene);
    const std::string in_between = patterned(1'250'000, 3);
    ASSERT_TRUE(scene.node.put(id_of(1), {7, 1}, in_between).ok());
    ASSERT_TRUE(scene.node.put(id_of(1), {9, 1}, new_content).ok());
    const std::uint64_t last = scene.disk.operation_count() + operation;
    scene.disk.fail_operation(last, Error{Code::corrupt, "planted"});
    const SettleItem newest = new_item();
    (void)scene.node.node().settle(scene.node.guard(), std::span(&newest, 1), true).ok();
    failed = scene.disk.operation_count() >= last;
    SettleItem late = file_item(1, 7, {7, 1}, in_between, {{id_of(10), "b"}});
    late.directories = {{id_of(10), 3, root_directory, "d"}};
    late.source = SettleSource::staged;
    (void)scene.node.node().settle(scene.node.guard(), std::span(&late, 1), true).ok();
    const auto acknowledged = scene.node.get(id_of(1), {9, 1});
    ASSERT_TRUE(acknowledged.ok()) << to_string(acknowledged.error());
    ASSERT_EQ(*acknowledged, new_content);
    if (!failed) break;  // the planted trouble is still to come
  }
}

// What left its path before the crash, under a revision greater than that of the path's new owner.
void expect_path_goes_to_new_owner(const SettleItem& leaving, bool leaving_first) {
  bool reached = true;
  for (std::uint64_t operation = 1; reached; ++operation) {
    SCOPED_TRACE(operation);
    Scene scene;
    prepare(scene);
    ASSERT_TRUE(scene.node.put(id_of(2), {7, 2}, new_content).ok());
    SettleItem owner = file_item(2, 7, {7, 2}, new_content, {{root_directory, "a"}});
    owner.source = SettleSource::staged;
    reached = crash_in(scene, operation, Crash::kill, [&] {
      (void)scene.node.node().settle(scene.node.guard(), std::span(&leaving, 1), true).ok();
    });
    std::vector<SettleItem> both{owner, leaving};
    if (leaving_first) std::swap(both[0], both[1]);
    const auto answers = scene.node.node().settle(scene.node.guard(), both, true);
    ASSERT_TRUE(answers.ok()) << to_string(answers.error());
    ASSERT_EQ(*answers, (std::vector{Answer::ok, Answer::ok}));
    const std::vector<std::string> tree = scene.node.tree();
    ASSERT_TRUE(std::find(tree.begin(), tree.end(), "/a") != tree.end()) << "confirmed, but not shown";
  }
}

TEST(Crash, InARemovalLeavesThePathToItsNewOwner) {
  expect_path_goes_to_new_owner(removal_of(1, 9), false);
  expect_path_goes_to_new_owner(removal_of(1, 9), true);
}

TEST(Crash, InARenameLeavesThePathToItsNewOwner) {
  SettleItem renamed = file_item(1, 9, {5, 1}, old_content, {{root_directory, "elsewhere"}});
  expect_path_goes_to_new_owner(renamed, false);
  expect_path_goes_to_new_owner(renamed, true);
}

TEST(UncleanStop, LosesTheRevisionOfAnObjectThatIsNotShownAsItSays) {
  Scene scene;
  prepare(scene);
  ASSERT_TRUE(scene.disk.unlink("tree/a").ok());
  ASSERT_TRUE(scene.node.start(true).ok());
  EXPECT_EQ(scene.node.look(id_of(1)).revision, 5U) << "after a clean stop nothing is compared";
  ASSERT_TRUE(scene.node.start(false).ok());
  EXPECT_EQ(scene.node.look(id_of(1)).revision, 0U);
  ASSERT_EQ(scene.node.settle(old_item()), Answer::ok);
  EXPECT_EQ(scene.node.tree(), (std::vector<std::string>{"/a", "/d/", "/d/b"}));
}

}  // namespace
}  // namespace tandem::test
