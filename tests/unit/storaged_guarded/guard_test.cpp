#include <thread>

#include "tests/unit/storaged_guarded/either_disk.hpp"

namespace tandem::test {
namespace {

class Guarding : public OnEitherDisk {
 protected:
  std::vector<Code> all_calls(const CallGuard& guard) {
    auto& node = node_->node();
    const ObjectId id = id_of(1);
    const StagedState staged{};
    const SettleItem item = removal_of(1, 1);
    std::vector<Code> codes{node.look(guard, std::span(&id, 1), 3).code(),
                            node.settle(guard, std::span(&item, 1), false).code(),
                            node.drop_staged(guard, std::span(&staged, 1)).code(),
                            node.stage(guard, {.id = id, .stamp = {1, 1}}).code()};
    const std::vector<Code> reading{node.look(guard, std::span(&id, 1), 0).code(),
                                    node.inventory(guard, std::nullopt, 1).code(),
                                    node.staged(guard, 1).code(),
                                    node.verify(guard, id, {1, 1}).code(),
                                    node.tree(guard, "", 1).code(),
                                    node.fetch(guard, {id, {1, 1}, 0, 1}).code()};
    codes.insert(codes.end(), reading.begin(), reading.end());
    return codes;
  }
  static constexpr std::size_t changing = 4;
};
INSTANTIATE_TEST_SUITE_P(Node, Guarding, ::testing::Bool(), name_of_disk);

TEST_P(Guarding, AnotherNodeOrClusterReachesNothing) {
  CallGuard guard = node_->guard();
  guard.node.bytes[3] ^= 1;
  for (const Code code : all_calls(guard)) EXPECT_EQ(code, Code::stale);
  guard = node_->guard();
  guard.cluster.bytes[3] ^= 1;
  for (const Code code : all_calls(guard)) EXPECT_EQ(code, Code::stale);
}

TEST_P(Guarding, AnotherEpochOrRunMayReadButNotChange) {
  for (const bool epoch : {true, false}) {
    CallGuard guard = node_->guard();
    if (epoch) guard.epoch = static_cast<Epoch>(guard.epoch + 1);
    if (!epoch) ++guard.run;
    const auto codes = all_calls(guard);
    for (std::size_t call = 0; call < codes.size(); ++call)
      EXPECT_EQ(codes[call], call < changing ? Code::stale : Code::ok) << call;
  }
}

TEST_P(Guarding, ANodeJoinsOnlyWhenItIsEmptyAndFree) {
  ClusterId other;
  other.bytes[0] = 77;
  EXPECT_EQ(node_->node().join(other, 1).code(), Code::exists);
  node_->life().present.cluster = {};
  ASSERT_TRUE(disk_->open("tree/mine", storaged::OpenMode::create_new).ok());
  EXPECT_EQ(node_->node().join(other, 1).code(), Code::exists);
  ASSERT_TRUE(disk_->unlink("tree/mine").ok());
  EXPECT_TRUE(node_->node().join(other, 1).ok());
  EXPECT_TRUE(node_->node().adopt_epoch(node_->guard(), 4).ok());
  EXPECT_EQ(node_->node().adopt_epoch(node_->guard(), 3).code(), Code::stale);
}

TEST_P(Guarding, TheInventoryComesInPagesInOrder) {
  for (std::uint64_t id = 1; id <= 20; ++id)
    store(id, 5 + id, "x", {{id_of(100 + id % 5), "f" + std::to_string(id)}},
          {{id_of(100 + id % 5), 3, root_directory, "d" + std::to_string(id % 5)}});
  const auto all = node_->inventory();
  ASSERT_EQ(all.size(), 25U);
  for (const std::size_t page : {1UL, 2UL, 7UL, 24UL, 25UL}) {
    const auto paged = node_->inventory(page);
    ASSERT_EQ(paged.size(), all.size()) << page;
    for (std::size_t at = 0; at < all.size(); ++at) EXPECT_EQ(paged[at].id, all[at].id);
  }
  for (std::size_t at = 1; at < all.size(); ++at) EXPECT_LT(all[at - 1].id, all[at].id);
}

TEST_P(Guarding, TheTreeIsListedInPages) {
  store(1, 5, "x", {{root_directory, "a"}, {id_of(10), "b"}, {id_of(10), "c"}, {root_directory, "z"}},
        {{id_of(10), 3, root_directory, "d"}});
  std::vector<std::string> paged;
  for (std::string after;;) {
    const auto page = node_->node().tree(node_->guard(), after, 1);
    ASSERT_TRUE(page.ok());
    if (page->empty()) break;
    after = page->front().path;
    paged.push_back(after);
  }
  EXPECT_EQ(paged, (std::vector<std::string>{"/a", "/d", "/d/b", "/d/c", "/z"}));
}

TEST(Reserve, IsKeptForHealingAndDeletes) {
  support::MemoryFilesystem disk;
  disk.set_capacity(3'000'000);
  auto options = NodeOnDisk::small_options();
  options.reserve_bytes = 1'000'000;
  NodeOnDisk node(disk, options);
  ASSERT_TRUE(node.start(true).ok());
  ASSERT_TRUE(node.put(id_of(1), {5, 1}, patterned(1'500'000, 1)).code() == Code::no_space)
      << "of unknown length: a piece of 16 MiB must fit";
  StageRequest request{.id = id_of(1), .stamp = {5, 1}, .size_bytes = 1'500'000};
  {
    auto sink = node.node().stage(node.guard(), request);
    ASSERT_TRUE(sink.ok());
    ASSERT_TRUE((*sink)->write(bytes_of(patterned(1'500'000, 1))).ok());
    ASSERT_TRUE((*sink)->finish().ok());
  }
  request.id = id_of(2);
  EXPECT_EQ(node.node().stage(node.guard(), request).code(), Code::no_space);
  (void)node.look(id_of(2), 8);
  EXPECT_TRUE(node.put(id_of(2), {5, 1}, patterned(1'200'000, 1), 8).ok()) << "healing may use it";
  EXPECT_EQ(node.settle(removal_of(2, 9)), Answer::ok);
  const std::uint64_t list = 8 * block_count(1'500'000);
  EXPECT_EQ(node.node().status()->free_bytes, 500'000U - list);
}

TEST(ManyCallers, OfTheSameObjectsEndRight) {
  support::MemoryFilesystem disk;
  NodeOnDisk node(disk);
  ASSERT_TRUE(node.start(true).ok());
  std::vector<std::thread> threads;
  for (std::uint64_t thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (Revision round = 1; round <= 60; ++round) {
        const Revision revision = round * 4 + thread;
        const std::uint64_t id = 1 + round % 3;
        const std::string content = "revision " + std::to_string(revision);
        ASSERT_TRUE(node.put(id_of(id), {revision, 1}, content).ok());
        SettleItem item = file_item(id, revision, {revision, 1}, content,
                                    {{id_of(50), "n" + std::to_string(revision % 2)}});
        item.directories = {{id_of(50), 1 + revision, root_directory, "d" + std::to_string(revision % 3)}};
        const auto answers = node.node().settle(node.guard(), std::span(&item, 1), true);
        ASSERT_TRUE(answers.ok()) << to_string(answers.error());
        ASSERT_NE(answers->front(), Answer::damaged);
        (void)node.get(id_of(id), {revision, 1});
        (void)node.inventory(3);
      }
    });
  for (auto& thread : threads) thread.join();
  for (std::uint64_t id = 1; id <= 3; ++id) {
    const ObjectState state = node.look(id_of(id));
    EXPECT_EQ(*node.get(id_of(id), state.stamp), "revision " + std::to_string(state.stamp.fence));
  }
}

}  // namespace
}  // namespace tandem::test
