#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "storaged/disk/objects/layout.hpp"
#include "storaged/disk/objects/object_attributes.hpp"
#include "tests/unit/storaged_guarded/either_disk.hpp"

namespace tandem::test {
namespace {

constexpr std::uint64_t block = limits::block_bytes;

class Contents : public OnEitherDisk {};
INSTANTIATE_TEST_SUITE_P(Node, Contents, ::testing::Bool(), name_of_disk);

TEST_P(Contents, OfAnySizeComeBackWhole) {
  std::uint64_t id = 1;
  for (const std::size_t size : {0UL, 1UL, 65535UL, 65536UL, 65537UL, 1048576UL, 1048577UL, 5000001UL}) {
    const std::string content = patterned(size, size);
    store(id, 5, content, {{root_directory, "f" + std::to_string(id)}});
    const auto read = node_->get(id_of(id), {5, 1});
    ASSERT_TRUE(read.ok()) << size << " " << to_string(read.error());
    EXPECT_EQ(*read == content, true) << size;
    EXPECT_EQ(node_->look(id_of(id)).digest, digest_of_content(content));
    ++id;
  }
}

// Equal attributes of two files on one file system cost ext4 a block that is made and freed again.
TEST_P(Contents, AreDescribedByNoTwoMembersInTheSameBytes) {
  support::MemoryFilesystem disk_of_the_other;
  NodeOnDisk other(disk_of_the_other);
  other.life().present.node.bytes.fill(2);
  ASSERT_TRUE(other.start(true).ok());
  store(1, 5, "same", {{root_directory, "a"}});
  ASSERT_TRUE(other.put(id_of(1), {5, 1}, "same").ok());
  ASSERT_EQ(other.settle(file_item(1, 5, {5, 1}, "same", {{root_directory, "a"}})), Answer::ok);
  const auto description = [](storaged::Filesystem& disk) {
    const auto attribute =
        disk.attribute("objects/" + to_string(id_of(1)), storaged::layout::content_attribute);
    return attribute.ok() ? attribute->value_or("") : to_string(attribute.error());
  };
  const auto decoded = storaged::decode_content(description(disk_of_the_other));
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->node, other.life().present.node);
  EXPECT_NE(description(*disk_), description(disk_of_the_other));
}

TEST_P(Contents, RangesComeWithTheChecksumsOfTheirBlocks) {
  const std::string content = patterned(3 * block + 100, 1);
  store(1, 5, content, {{root_directory, "a"}});
  auto source = node_->node().fetch(node_->guard(), {id_of(1), {5, 1}, block - 10, block + 20});
  ASSERT_TRUE(source.ok());
  const FetchHead& head = (*source)->head();
  const auto all = checksums_of(content);
  EXPECT_EQ(head.checksums, std::vector<BlockChecksum>(all.begin(), all.begin() + 3));
  EXPECT_EQ(head.size_bytes, content.size());
  EXPECT_EQ(*node_->get(id_of(1), {5, 1}, block - 10, block + 20), content.substr(block - 10, block + 20));
  EXPECT_EQ(*node_->get(id_of(1), {5, 1}, content.size() - 5, 100), content.substr(content.size() - 5));
  EXPECT_EQ(*node_->get(id_of(1), {5, 1}, content.size() + 5, 100), "");
}

TEST_P(Contents, AreServedStagedOnlyAtExactlyTheirStamp) {
  store(1, 5, "five", {{root_directory, "a"}});
  ASSERT_TRUE(node_->put(id_of(1), {6, 1}, "six").ok());
  EXPECT_EQ(*node_->get(id_of(1), {6, 1}), "six");
  EXPECT_EQ(*node_->get(id_of(1), {5, 1}), "five");
  EXPECT_EQ(node_->fetch_answer(id_of(1), {4, 1}), Answer::newer);
  EXPECT_EQ(node_->fetch_answer(id_of(1), {7, 1}), Answer::older);
  EXPECT_EQ(node_->fetch_answer(id_of(2), {7, 1}), Answer::absent);
}

TEST_P(Contents, StagedTwiceUnderOneStampAreRefused) {
  ASSERT_TRUE(node_->put(id_of(1), {5, 1}, "five").ok());
  EXPECT_EQ(node_->put(id_of(1), {5, 1}, "other").code(), Code::exists);
  EXPECT_EQ(*node_->get(id_of(1), {5, 1}), "five");
  ASSERT_EQ(node_->settle(file_item(1, 5, {5, 1}, "five", {{root_directory, "a"}})), Answer::ok);
  EXPECT_EQ(node_->put(id_of(1), {5, 1}, "other").code(), Code::exists);
}

TEST_P(Contents, AbandonedOnTheWayLeaveNothing) {
  {
    auto sink = node_->node().stage(node_->guard(), {.id = id_of(1), .stamp = {5, 1}});
    ASSERT_TRUE(sink.ok());
    ASSERT_TRUE((*sink)->write(bytes_of("half")).ok());
  }
  EXPECT_EQ(entries("staging"), 0U);
  EXPECT_TRUE(node_->put(id_of(1), {5, 1}, "whole").ok());
  auto sink = node_->node().stage(node_->guard(), {.id = id_of(2), .stamp = {5, 1}, .size_bytes = 3});
  ASSERT_TRUE(sink.ok());
  EXPECT_EQ((*sink)->write(bytes_of("four")).code(), Code::invalid);
  EXPECT_EQ((*sink)->finish().code(), Code::invalid);
}

TEST_P(Contents, WrittenOverABaseAreTheBaseWithTheBodyLaidOver) {
  std::uint64_t attempt = 1;
  for (const std::size_t base_size : {0UL, 10UL, 65536UL, 200'000UL, 1'200'000UL}) {
    const std::string base = patterned(base_size, base_size + 7);
    const std::uint64_t id = 100 + attempt;
    store(id, 5, base, {{root_directory, "f" + std::to_string(id)}});
    for (const std::size_t offset : {0UL, 5UL, 65536UL, 65600UL, 131072UL, 1'500'000UL, base_size})
      for (const std::size_t length : {0UL, 1UL, 60'000UL, 65536UL, 140'000UL}) {
        const std::string body = patterned(length, offset + length);
        std::string expected = base;
        if (length > 0) {
          expected.resize(std::max(base.size(), offset + length), '\0');
          expected.replace(offset, length, body);
        }
        const Stamp stamp{6, ++attempt};
        ASSERT_TRUE(node_->put(id_of(id), stamp, body, 0, StageBase{{5, 1}, offset}, false).ok());
        const auto read = node_->get(id_of(id), stamp);
        ASSERT_TRUE(read.ok()) << base_size << "/" << offset << "/" << length << to_string(read.error());
        EXPECT_TRUE(*read == expected) << base_size << "/" << offset << "/" << length;
        SettleItem item = file_item(id, 6, stamp, expected, {{root_directory, "x"}});
        auto source = node_->node().fetch(node_->guard(), {id_of(id), stamp, 0, 1});
        ASSERT_TRUE(source.ok());
        EXPECT_EQ((*source)->head().digest, item.digest) << base_size << "/" << offset << "/" << length;
      }
  }
}

TEST_P(Contents, OfADamagedBaseAreNotLaundered) {
  const std::string base = patterned(3 * block, 1);
  store(1, 5, base, {{root_directory, "a"}});
  flip_byte("objects/" + to_string(id_of(1)), block + 7);
  EXPECT_EQ(node_->put(id_of(1), {6, 1}, "x", 0, StageBase{{5, 1}, block + 100}).code(), Code::corrupt);
  ASSERT_TRUE(node_->put(id_of(1), {6, 2}, "x", 0, StageBase{{5, 1}, 2 * block + 1}).ok());
  EXPECT_EQ(node_->get(id_of(1), {6, 2}).code(), Code::corrupt) << "the old damage is still noticed";
  EXPECT_EQ(node_->put(id_of(1), {6, 3}, "x", 0, StageBase{{4, 1}, 0}).code(), Code::stale);
}

TEST_P(Contents, ThatAreDamagedAreNamedAndHealedAtTheSameStamp) {
  const std::string content = patterned(2'000'000, 1);
  store(1, 5, content, {{root_directory, "a"}});
  flip_byte("objects/" + to_string(id_of(1)), 1'999'999);
  const auto read = node_->get(id_of(1), {5, 1});
  EXPECT_EQ(read.code(), Code::corrupt);
  EXPECT_EQ(read.error().path, "objects/" + to_string(id_of(1)));
  EXPECT_EQ(*node_->node().verify(node_->guard(), id_of(1), {5, 1}), Answer::damaged);
  (void)node_->look(id_of(1), 8);
  ASSERT_TRUE(node_->put(id_of(1), {5, 1}, content, 8).ok());
  SettleItem item = file_item(1, 5, {5, 1}, content, {{root_directory, "a"}});
  item.source = SettleSource::claimed;
  item.claim = 8;
  ASSERT_EQ(node_->settle(item), Answer::ok);
  EXPECT_EQ(*node_->node().verify(node_->guard(), id_of(1), {5, 1}), Answer::ok);
  EXPECT_EQ(inode("tree/a"), inode("objects/" + to_string(id_of(1))));
}

TEST_P(Contents, SwappedWithAnotherObjectsAreDamagedAndHealedAtTheSameStamp) {
  const std::string first = patterned(100'000, 1);
  const std::string second = patterned(100'000, 2);
  store(1, 5, first, {{root_directory, "a"}});
  store(2, 9, second, {{root_directory, "b"}});
  const std::string object_1 = "objects/" + to_string(id_of(1));
  const std::string object_2 = "objects/" + to_string(id_of(2));
  ASSERT_TRUE(disk_->rename(object_1, "staging/aside").ok());
  ASSERT_TRUE(disk_->rename(object_2, object_1).ok());
  ASSERT_TRUE(disk_->rename("staging/aside", object_2).ok());
  EXPECT_EQ(node_->fetch_answer(id_of(1), {5, 1}), Answer::damaged);

  const std::uint64_t claim = 77;
  (void)node_->look(id_of(1), claim);
  ASSERT_TRUE(node_->put(id_of(1), {5, 1}, first, claim).ok());
  SettleItem item = file_item(1, 5, {5, 1}, first, {{root_directory, "a"}});
  item.source = SettleSource::claimed;
  item.claim = claim;
  EXPECT_EQ(node_->settle(item), Answer::ok) << "the other object's greater revision is not this one's";
  EXPECT_EQ(*node_->get(id_of(1), {5, 1}), first);
}

TEST_P(Contents, WithADamagedListOrAttributeAreDamaged) {
  store(1, 5, patterned(2'000'000, 1), {{root_directory, "a"}});
  store(2, 5, "small", {{root_directory, "b"}});
  flip_byte("checksums/" + to_string(id_of(1)) + ".5-1", 9);
  const std::string small = "objects/" + to_string(id_of(2));
  ASSERT_TRUE(disk_->set_attribute(small, "user.tandem.content", "nonsense").ok());
  EXPECT_EQ(node_->fetch_answer(id_of(1), {5, 1}), Answer::damaged);
  EXPECT_EQ(node_->fetch_answer(id_of(2), {5, 1}), Answer::damaged);
  EXPECT_TRUE(node_->look(id_of(2)).damaged);
  EXPECT_EQ(node_->settle(file_item(2, 6, {5, 1}, "small", {{root_directory, "b"}})), Answer::damaged);
}

TEST_P(Contents, OfAListLongerThanAnyMemoryAreDamaged) {
  if (!GetParam()) GTEST_SKIP() << "only a real folder has room for it";
  store(1, 5, patterned(2'000'000, 1), {{root_directory, "a"}});
  auto list = disk_->open("checksums/" + to_string(id_of(1)) + ".5-1", storaged::OpenMode::read_write);
  ASSERT_TRUE(list.ok());
  ASSERT_TRUE((*list)->truncate(std::uint64_t{1} << 42).ok());
  EXPECT_EQ(node_->fetch_answer(id_of(1), {5, 1}), Answer::damaged);
}

TEST_P(Contents, WhoseNamesCannotBeReadAreFoundWhereverTheyAreShown) {
  for (const std::uint64_t id : {1U, 2U}) {
    store(id, 5, "text",
          {{root_directory, "a" + std::to_string(id)}, {root_directory, "b" + std::to_string(id)}});
    const std::string object = "objects/" + to_string(id_of(id));
    ASSERT_TRUE(disk_->set_attribute(object, "user.tandem.names", "nonsense").ok());
  }
  ASSERT_EQ(node_->settle(removal_of(1, 6)), Answer::ok);
  EXPECT_EQ(node_->tree(), (std::vector<std::string>{"/a2", "/b2"}));
  ASSERT_EQ(node_->settle(file_item(2, 7, {5, 1}, "text", {{root_directory, "c"}})), Answer::ok);
  EXPECT_EQ(node_->tree(), std::vector<std::string>{"/c"});
}

TEST_P(Contents, SurviveARestartStagedButClaimsDoNot) {
  ASSERT_TRUE(node_->put(id_of(1), {5, 1}, "five").ok());
  (void)node_->look(id_of(2), 8);
  ASSERT_TRUE(node_->put(id_of(2), {5, 1}, "five", 8).ok());
  ASSERT_TRUE(node_->start(true).ok());
  const auto staged = node_->node().staged(node_->guard(), 10);
  ASSERT_TRUE(staged.ok());
  EXPECT_EQ(staged->size(), 2U);
  EXPECT_EQ(*node_->get(id_of(1), {5, 1}), "five");
  SettleItem item = file_item(2, 5, {5, 1}, "five", {{root_directory, "a"}});
  item.source = SettleSource::claimed;
  item.claim = 8;
  EXPECT_EQ(node_->settle(item), Answer::absent);
  ASSERT_TRUE(node_->node().drop_staged(node_->guard(), *staged).ok());
  EXPECT_EQ(entries("staging"), 0U);
  EXPECT_EQ(node_->node().status()->staged_files, 0U);
}

TEST_P(Contents, ThatWereReplacedGoWithTheirLists) {
  store(1, 5, patterned(2'000'000, 1), {{root_directory, "a"}});
  store(1, 7, patterned(2'000'000, 3), {{root_directory, "a"}});
  EXPECT_EQ(entries("staging"), 0U);
  EXPECT_EQ(entries("checksums"), 1U);
  const auto status = node_->node().status();
  EXPECT_EQ(status->files, 1U);
  EXPECT_EQ(status->data_bytes, 2'000'000U);
  ASSERT_TRUE(node_->start(true).ok());
  EXPECT_EQ(node_->node().status()->data_bytes, 2'000'000U);
}

// Of two writers side by side, the one that commits second may carry the smaller stamp.
TEST_P(Contents, StagedAtASmallerStampOutliveASettle) {
  ASSERT_TRUE(node_->put(id_of(1), {6, 1}, patterned(2'000'000, 2)).ok());
  store(1, 7, "seven", {{root_directory, "a"}});
  EXPECT_TRUE(*node_->get(id_of(1), {6, 1}) == patterned(2'000'000, 2));
  EXPECT_EQ(node_->settle(file_item(1, 8, {6, 1}, patterned(2'000'000, 2), {{root_directory, "a"}})),
            Answer::ok);
  EXPECT_TRUE(*node_->get(id_of(1), {6, 1}) == patterned(2'000'000, 2));
  EXPECT_EQ(entries("staging"), 0U);
}

TEST(Verifying, LoadsTheDiskAsOneReaderHoweverManyAskForIt) {
  support::MemoryFilesystem disk;
  NodeOnDisk node(disk);
  ASSERT_TRUE(node.start(true).ok());
  const std::string content = patterned(5'000'000, 1);
  ASSERT_TRUE(node.put(id_of(1), {5, 1}, content).ok());
  ASSERT_EQ(node.settle(file_item(1, 5, {5, 1}, content, {{root_directory, "f"}})), Answer::ok);
  std::atomic<int> reading = 0;
  std::atomic<int> most = 0;
  disk.set_hook([&](const support::MemoryFilesystem::Operation& operation) {
    // The list of checksums is read in one go, the content in pieces.
    if (operation.name != "read_at" || !operation.path.starts_with("objects/")) return success();
    most = std::max(most.load(), ++reading);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // as a disk would
    --reading;
    return success();
  });
  std::array<std::thread, 6> threads;
  for (auto& thread : threads)
    thread = std::thread([&] {
      const auto answer = node.node().verify(node.guard(), id_of(1), {5, 1});
      EXPECT_TRUE(answer.ok() && *answer == Answer::ok);
    });
  for (auto& thread : threads) thread.join();
  disk.set_hook({});
  EXPECT_EQ(most, 1);
}

}  // namespace
}  // namespace tandem::test
