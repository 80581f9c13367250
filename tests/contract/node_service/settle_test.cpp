#include "protocol/contract/limits.hpp"
#include "tests/contract/node_service/subject.hpp"

namespace tandem::tests {

SettleItem NodeServiceContract::item(const ObjectId& id, Revision revision, const Stamp& at,
                                     const StageReply& staged, const std::string& name, SettleSource source) {
  return {.id = id,
          .revision = revision,
          .stamp = at,
          .size_bytes = staged.size_bytes,
          .digest = staged.digest,
          .attributes = {.mode = 0640, .modified_ns = 1'700'000'000'123'456'789},
          .source = source,
          .names = {{.directory = root_directory, .name = name}}};
}

Answer NodeServiceContract::settle(const SettleItem& one) {
  const auto answers = node().settle(guard_, std::span(&one, 1), true);
  EXPECT_TRUE(answers) << to_string(answers.error());
  if (!answers || answers->size() != 1) return Answer::again;
  return answers->front();
}

ObjectId NodeServiceContract::settled_file(const std::string& name, std::string_view bytes,
                                           Revision revision) {
  const ObjectId id = new_id();
  const StageReply staged = stage(id, stamp(1), bytes);
  EXPECT_EQ(settle(item(id, revision, stamp(1), staged, name)), Answer::ok);
  return id;
}

TEST_P(NodeServiceContract, ASettleMakesStagedBytesCurrent) {
  const ObjectId id = settled_file("f", "first");
  const ObjectState state = look(id);
  EXPECT_TRUE(state.settled);
  EXPECT_EQ(state.stamp, stamp(1));
  EXPECT_EQ(state.revision, 100U);
  EXPECT_EQ(state.size_bytes, 5U);
  EXPECT_TRUE(state.staged.empty());
  EXPECT_EQ(fetch(id, stamp(1), 0, 10), "first");
  EXPECT_EQ(answer_of_fetch(id, stamp(2)), Answer::older);
}

TEST_P(NodeServiceContract, ARepeatedSettleAnswersOk) {
  const ObjectId id = new_id();
  const SettleItem first = item(id, 100, stamp(1), stage(id, stamp(1), "first"), "f");
  EXPECT_EQ(settle(first), Answer::ok);
  EXPECT_EQ(settle(first), Answer::ok);
  EXPECT_EQ(fetch(id, stamp(1), 0, 10), "first");
}

TEST_P(NodeServiceContract, ALateSettleChangesNothing) {
  const ObjectId id = new_id();
  const SettleItem first = item(id, 100, stamp(1), stage(id, stamp(1), "first"), "f");
  const SettleItem second = item(id, 101, stamp(2), stage(id, stamp(2), "second"), "f");
  EXPECT_EQ(settle(second), Answer::ok);
  EXPECT_EQ(settle(first), Answer::newer);
  EXPECT_EQ(fetch(id, stamp(2), 0, 10), "second");
}

TEST_P(NodeServiceContract, AHeldSettleDoesNotTakeStagedBytes) {
  const ObjectId id = new_id();
  const StageReply staged = stage(id, stamp(1), "first");
  const SettleItem held = item(id, 100, stamp(1), staged, "f", SettleSource::held);
  EXPECT_NE(settle(held), Answer::ok);
  EXPECT_FALSE(look(id).settled);
  EXPECT_EQ(settle(item(id, 100, stamp(1), staged, "f")), Answer::ok);
  EXPECT_EQ(settle(held), Answer::ok);
}

TEST_P(NodeServiceContract, ANewNameNeedsNoBytes) {
  const ObjectId id = settled_file("old", "bytes");
  const StageReply same{.size_bytes = 5, .digest = look(id).digest};
  EXPECT_EQ(settle(item(id, 101, stamp(1), same, "new", SettleSource::held)), Answer::ok);
  const auto page = node().tree(guard_, "", 10);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->size(), 1U);
  EXPECT_EQ(page->front().path, "/new");
}

TEST_P(NodeServiceContract, AClaimAllowsItsOwnBytesOnly) {
  const ObjectId id = new_id();
  look(id, 77);
  const StageReply staged = stage(id, stamp(1), "healed", 77);
  SettleItem healed = item(id, 100, stamp(1), staged, "f", SettleSource::claimed);
  healed.claim = 78;
  EXPECT_NE(settle(healed), Answer::ok);
  healed.claim = 77;
  EXPECT_EQ(settle(healed), Answer::ok);
  EXPECT_EQ(fetch(id, stamp(1), 0, 10), "healed");
}

TEST_P(NodeServiceContract, AClaimThatWasTakenOverIsWorthNothing) {
  const ObjectId id = new_id();
  look(id, 77);
  const StageReply staged = stage(id, stamp(1), "healed", 77);
  look(id, 78);
  SettleItem healed = item(id, 100, stamp(1), staged, "f", SettleSource::claimed);
  healed.claim = 77;
  EXPECT_NE(settle(healed), Answer::ok);
  EXPECT_FALSE(look(id).settled);
}

TEST_P(NodeServiceContract, ARemovalTakesStagedBytesAndNamesWithIt) {
  const ObjectId id = settled_file("f", "bytes");
  stage(id, stamp(2), "more");
  const SettleItem removal{.id = id, .revision = 150, .removed = true};
  EXPECT_EQ(settle(removal), Answer::ok);
  EXPECT_EQ(settle(removal), Answer::ok);
  EXPECT_EQ(answer_of_fetch(id, stamp(1)), Answer::absent);
  EXPECT_EQ(answer_of_fetch(id, stamp(2)), Answer::absent);
  const auto page = node().tree(guard_, "", 10);
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->empty());
}

TEST_P(NodeServiceContract, FilesStandUnderTheirDirectories) {
  const ObjectId directory = new_id();
  const ObjectId id = new_id();
  SettleItem file = item(id, 100, stamp(1), stage(id, stamp(1), "deep"), "file");
  file.names.front().directory = directory;
  file.directories = {{.id = directory, .revision = 50, .parent = root_directory, .name = "dir"}};
  EXPECT_EQ(settle(file), Answer::ok);
  const auto page = node().tree(guard_, "", 10);
  ASSERT_TRUE(page);
  ASSERT_FALSE(page->empty());
  EXPECT_EQ(page->back().path, "/dir/file");
}

TEST_P(NodeServiceContract, AnOldChainMovesNoDirectoryBack) {
  const ObjectId directory = new_id();
  const ObjectId one = new_id();
  SettleItem first = item(one, 100, stamp(1), stage(one, stamp(1), "1"), "one");
  first.names.front().directory = directory;
  first.directories = {{.id = directory, .revision = 60, .parent = root_directory, .name = "renamed"}};
  EXPECT_EQ(settle(first), Answer::ok);
  const ObjectId two = new_id();
  SettleItem second = item(two, 101, stamp(1), stage(two, stamp(1), "2"), "two");
  second.names.front().directory = directory;
  second.directories = {{.id = directory, .revision = 50, .parent = root_directory, .name = "dir"}};
  EXPECT_EQ(settle(second), Answer::ok) << "the directory is held, and newer than the chain says";
  const auto page = node().tree(guard_, "", 10);
  ASSERT_TRUE(page);
  for (const TreeEntry& entry : *page) EXPECT_TRUE(entry.path.starts_with("/renamed")) << entry.path;
}

TEST_P(NodeServiceContract, ManyItemsAreAnsweredInOrder) {
  std::vector<SettleItem> items;
  for (int i = 0; i < 600; ++i) {
    SettleItem gone{.revision = 500, .removed = true};
    gone.id.bytes.fill(0xEE);  // unlike any of new_id()
    gone.id.bytes[0] = static_cast<std::uint8_t>(i);
    gone.id.bytes[1] = static_cast<std::uint8_t>(i >> 8);
    items.push_back(gone);
  }
  const ObjectId id = settled_file("f", "bytes");
  const StageReply same{.size_bytes = 5, .digest = look(id).digest};
  items[300] = item(id, 99, stamp(1), same, "f", SettleSource::held);
  const auto answers = node().settle(guard_, std::span(items).first(limits::settle_items_max), true);
  ASSERT_TRUE(answers) << to_string(answers.error());
  EXPECT_EQ(answers->size(), limits::settle_items_max);
  const auto rest = node().settle(guard_, std::span(items).subspan(limits::settle_items_max, 256), true);
  ASSERT_TRUE(rest);
  for (std::size_t i = 0; i < rest->size(); ++i) {
    EXPECT_EQ((*rest)[i], i + limits::settle_items_max == 300 ? Answer::newer : Answer::ok);
  }
}

}  // namespace tandem::tests
