#include "protocol/contract/checksums.hpp"
#include "protocol/contract/limits.hpp"
#include "tests/contract/node_service/subject.hpp"

namespace tandem::tests {

void NodeServiceContract::SetUp() {
  subject_ = GetParam().make();
  guard_.cluster.bytes.fill(0xC1);
  const auto before = node().identify();
  ASSERT_TRUE(before) << to_string(before.error());
  ASSERT_TRUE(before->cluster.is_null());
  ASSERT_TRUE(node().join(guard_.cluster, 3));
  const auto identity = node().identify();
  ASSERT_TRUE(identity);
  guard_.node = identity->node;
  guard_.epoch = identity->epoch;
  guard_.run = identity->run;
}

ObjectId NodeServiceContract::new_id() {
  ObjectId id;
  id.bytes.fill(0x11);
  id.bytes[0] = ++ids_;
  return id;
}

std::string NodeServiceContract::text_of(std::size_t bytes) {
  std::string text(bytes, '\0');
  std::uint64_t state = bytes + 1;
  for (char& c : text) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    c = static_cast<char>(state >> 56);
  }
  return text;
}

TEST_P(NodeServiceContract, ANodeJoinsOneClusterOnly) {
  const auto identity = node().identify();
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->cluster, guard_.cluster);
  EXPECT_EQ(identity->epoch, 3);
  EXPECT_NE(identity->run, 0U);
  EXPECT_TRUE(node().join(guard_.cluster, 3)) << "joining again is no error";
  ClusterId other;
  other.bytes.fill(0xC2);
  EXPECT_EQ(node().join(other, 3).code(), Code::exists);
}

TEST_P(NodeServiceContract, CallsMeantForAnotherNodeAreStale) {
  const ObjectId id = settled_file("a", "bytes");
  CallGuard other = guard_;
  other.node.bytes[0] ^= 1;
  EXPECT_EQ(node().look(other, std::span(&id, 1), 0).code(), Code::stale);
  EXPECT_EQ(node().inventory(other, {}, 10).code(), Code::stale);
  EXPECT_EQ(node().fetch(other, {.id = id, .stamp = stamp(1), .length = 5}).code(), Code::stale);
  other = guard_;
  other.cluster.bytes[0] ^= 1;
  EXPECT_EQ(node().settle(other, {}, true).code(), Code::stale);
  EXPECT_EQ(node().verify(other, id, stamp(1)).code(), Code::stale);
}

TEST_P(NodeServiceContract, OnlyChangesAreHeldToEpochAndRun) {
  const ObjectId id = settled_file("a", "bytes");
  CallGuard old = guard_;
  old.run ^= 1;
  EXPECT_TRUE(node().look(old, std::span(&id, 1), 0));
  EXPECT_TRUE(node().fetch(old, {.id = id, .stamp = stamp(1), .length = 5}));
  const SettleItem removal{.id = id, .revision = 200, .removed = true};
  EXPECT_EQ(node().settle(old, std::span(&removal, 1), true).code(), Code::stale);
  old = guard_;
  old.epoch = 2;
  EXPECT_EQ(node().settle(old, std::span(&removal, 1), true).code(), Code::stale);
  EXPECT_EQ(node().drop_staged(old, {}).code(), Code::stale);
}

TEST_P(NodeServiceContract, TheEpochOnlyRises) {
  EXPECT_TRUE(node().adopt_epoch(guard_, 5));
  guard_.epoch = 5;
  EXPECT_EQ(node().adopt_epoch(guard_, 4).code(), Code::stale);
  const auto identity = node().identify();
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->epoch, 5);
}

TEST_P(NodeServiceContract, StatusCountsWhatIsHeld) {
  settled_file("a", text_of(1000));
  stage(new_id(), stamp(1), text_of(500));
  const auto status = node().status();
  ASSERT_TRUE(status);
  EXPECT_EQ(status->identity.node, guard_.node);
  EXPECT_EQ(status->files, 1U);
  EXPECT_EQ(status->data_bytes, 1000U);
  EXPECT_EQ(status->staged_files, 1U);
  EXPECT_GE(status->staged_bytes, 500U);
  EXPECT_GT(status->free_bytes, 0U);
}

TEST_P(NodeServiceContract, TheInventoryIsPagedInOrderOfIds) {
  std::vector<ObjectId> ids(7);
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = settled_file("f" + std::to_string(i), "x", 100 + i);
  std::vector<ObjectId> seen;
  std::optional<ObjectId> after;
  int pages = 0;
  do {
    const auto page = node().inventory(guard_, after, 3);
    ASSERT_TRUE(page) << to_string(page.error());
    for (const InventoryEntry& entry : page->entries) {
      seen.push_back(entry.id);
      EXPECT_EQ(entry.revision, 100U + seen.size() - 1);
    }
    after = page->next;
    ++pages;
  } while (after && pages < 10);
  EXPECT_EQ(seen, ids);
}

TEST_P(NodeServiceContract, TheTreeIsPagedInOrderOfPaths) {
  settled_file("b", "12");
  settled_file(std::string("a\xff\x01"), "1");
  settled_file("c", "123");
  const auto page = node().tree(guard_, "", 100);
  ASSERT_TRUE(page) << to_string(page.error());
  ASSERT_EQ(page->size(), 3U);
  EXPECT_EQ((*page)[0].path, "/a\xff\x01");
  EXPECT_EQ((*page)[1].path, "/b");
  EXPECT_EQ((*page)[2].path, "/c");
  EXPECT_EQ((*page)[2].size_bytes, 3U);
  const auto rest = node().tree(guard_, "/b", 1);
  ASSERT_TRUE(rest);
  ASSERT_EQ(rest->size(), 1U);
  EXPECT_EQ(rest->front().path, "/c");
}

}  // namespace tandem::tests
