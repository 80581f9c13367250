#include "tests/unit/storaged_guarded/either_disk.hpp"

namespace tandem::test {
namespace {

using Paths = std::vector<std::string>;

DirectoryStep step(std::uint64_t id, Revision revision, ObjectId parent, std::string name) {
  return {id_of(id), revision, parent, std::move(name)};
}

class Settling : public OnEitherDisk {};
INSTANTIATE_TEST_SUITE_P(Node, Settling, ::testing::Bool(), name_of_disk);

TEST_P(Settling, ShowsAFileAtAllItsNames) {
  store(1, 5, "hello", {{root_directory, "a"}, {id_of(10), "b"}}, {step(10, 3, root_directory, "d")});
  EXPECT_EQ(node_->tree(), (Paths{"/a", "/d/", "/d/b"}));
  EXPECT_EQ(inode("tree/a"), inode("objects/" + to_string(id_of(1))));
  EXPECT_EQ(inode("tree/d/b"), inode("tree/a"));
  EXPECT_EQ(entries("staging"), 0U);
}

TEST_P(Settling, ARepeatedSettleAnswersOkAndAnOlderOneNewer) {
  store(1, 5, "five", {{root_directory, "a"}});
  SettleItem same = file_item(1, 5, {5, 1}, "five", {{root_directory, "a"}});
  EXPECT_EQ(node_->settle(same), Answer::ok);
  store(1, 6, "six!!", {{root_directory, "b"}});
  EXPECT_EQ(node_->settle(same), Answer::newer);
  EXPECT_EQ(node_->tree(), Paths{"/b"});
  EXPECT_EQ(*node_->get(id_of(1), {6, 1}), "six!!");
}

TEST_P(Settling, UsesStagedBytesOnlyForTheirSender) {
  ASSERT_TRUE(node_->put(id_of(1), {5, 1}, "bytes").ok());
  SettleItem item = file_item(1, 5, {5, 1}, "bytes", {{root_directory, "a"}});
  item.source = SettleSource::held;
  EXPECT_EQ(node_->settle(item), Answer::absent);
  item.source = SettleSource::claimed;
  item.claim = 8;
  EXPECT_EQ(node_->settle(item), Answer::absent) << "nobody claimed it";
  item.source = SettleSource::staged;
  EXPECT_EQ(node_->settle(item), Answer::ok);
}

TEST_P(Settling, AHealersBytesCountWhileItsClaimStands) {
  (void)node_->look(id_of(1), 8);
  ASSERT_TRUE(node_->put(id_of(1), {5, 1}, "bytes", 8).ok());
  SettleItem item = file_item(1, 5, {5, 1}, "bytes", {{root_directory, "a"}});
  item.source = SettleSource::claimed;
  item.claim = 8;
  (void)node_->look(id_of(1), 9);
  EXPECT_EQ(node_->settle(item), Answer::absent) << "another healer claimed it since";
  EXPECT_EQ(node_->put(id_of(1), {6, 1}, "bytes", 8).code(), Code::stale);
  (void)node_->look(id_of(1), 8);
  EXPECT_EQ(node_->settle(item), Answer::absent) << "that was an old call once more";
  ASSERT_TRUE(node_->put(id_of(1), {5, 1}, "bytes", 9).ok());
  item.claim = 9;
  EXPECT_EQ(node_->settle(item), Answer::ok);
}

TEST_P(Settling, ALookThatIsDeliveredOnceMoreDoesNotClaimWhatWasRemovedSince) {
  store(1, 5, "five", {{root_directory, "a"}});
  (void)node_->look(id_of(1), 8);
  EXPECT_EQ(node_->settle(removal_of(1, 9)), Answer::ok);
  (void)node_->look(id_of(1), 8);
  EXPECT_EQ(node_->put(id_of(1), {5, 1}, "five", 8).code(), Code::stale);
  EXPECT_EQ(entries("objects") + entries("staging"), 0U);
}

TEST_P(Settling, ARemovalIsFinalForStagedBytesAndClaims) {
  store(1, 5, "five", {{root_directory, "a"}});
  ASSERT_TRUE(node_->put(id_of(1), {7, 1}, "seven").ok());
  (void)node_->look(id_of(1), 8);
  ASSERT_TRUE(node_->put(id_of(1), {6, 1}, "six", 8).ok());
  EXPECT_EQ(node_->settle(removal_of(1, 9)), Answer::ok);
  EXPECT_EQ(node_->settle(removal_of(1, 9)), Answer::ok);
  EXPECT_EQ(node_->tree(), Paths{});
  EXPECT_EQ(entries("objects") + entries("staging") + entries("checksums"), 0U);
  EXPECT_EQ(node_->settle(file_item(1, 10, {7, 1}, "seven", {{root_directory, "a"}})), Answer::absent);
  EXPECT_EQ(node_->put(id_of(1), {6, 2}, "six", 8).code(), Code::stale);
}

TEST_P(Settling, TheGreaterRevisionKeepsThePath) {
  store(1, 9, "nine", {{root_directory, "a"}});
  store(2, 5, "five", {{root_directory, "a"}});
  EXPECT_EQ(inode("tree/a"), inode("objects/" + to_string(id_of(1))));
  store(3, 12, "twelve", {{root_directory, "a"}});
  EXPECT_EQ(inode("tree/a"), inode("objects/" + to_string(id_of(3))));
  EXPECT_EQ(*node_->get(id_of(1), {9, 1}), "nine") << "displaced from the path, not from the node";
}

TEST_P(Settling, MovesADirectoryWithAllThatIsInIt) {
  store(1, 5, "five", {{id_of(10), "a"}}, {step(10, 3, root_directory, "d")});
  EXPECT_EQ(node_->settle(directory_item(10, 8, {root_directory, "e"})), Answer::ok);
  EXPECT_EQ(node_->tree(), (Paths{"/e/", "/e/a"}));
  EXPECT_EQ(node_->settle(directory_item(10, 7, {root_directory, "f"})), Answer::ok);
  EXPECT_EQ(node_->tree(), (Paths{"/e/", "/e/a"})) << "an older place does not count";
}

TEST_P(Settling, AnOldChainOfADirectoryItWasToldOfIsReadAgain) {
  EXPECT_EQ(node_->settle(directory_item(10, 8, {root_directory, "e"})), Answer::ok);
  EXPECT_EQ(node_->tree(), Paths{}) << "a directory is here for what is in it";
  ASSERT_TRUE(node_->put(id_of(1), {5, 1}, "five").ok());
  SettleItem item = file_item(1, 5, {5, 1}, "five", {{id_of(10), "a"}});
  item.directories = {step(10, 3, root_directory, "d")};
  EXPECT_EQ(node_->settle(item), Answer::again);
  EXPECT_EQ(node_->tree(), Paths{});
  item.directories = {step(10, 8, root_directory, "e")};
  EXPECT_EQ(node_->settle(item), Answer::ok);
  EXPECT_EQ(node_->tree(), (Paths{"/e/", "/e/a"}));
}

TEST_P(Settling, AMoveIntoItsOwnSubtreeWaitsForTheAncestors) {
  store(1, 5, "five", {{id_of(11), "a"}}, {step(10, 3, root_directory, "d"), step(11, 3, id_of(10), "e")});
  SettleItem move = directory_item(10, 9, {id_of(11), "d"});
  move.directories = {step(11, 3, id_of(10), "e")};
  EXPECT_EQ(node_->settle(move), Answer::again);
  move.directories = {step(11, 8, root_directory, "e")};
  EXPECT_EQ(node_->settle(move), Answer::ok);
  EXPECT_EQ(node_->tree(), (Paths{"/e/", "/e/a"})) << "emptied, the moved one is not kept";
}

TEST_P(Settling, WhatIsNotOursGoesToLimboAndNowhereElse) {
  ASSERT_TRUE(disk_->make_directory("tree/a").ok());
  ASSERT_TRUE(disk_->open("tree/a/theirs", storaged::OpenMode::create_new).ok());
  ASSERT_TRUE(disk_->open("tree/b", storaged::OpenMode::create_new).ok());
  store(1, 5, "five", {{root_directory, "a"}, {root_directory, "b"}});
  EXPECT_EQ(node_->tree(), (Paths{"/a", "/b"}));
  const auto status = node_->node().status();
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status->limbo_entries, 2U);
}

TEST_P(Settling, ARemovedDirectoryGivesUpWhatIsStillInIt) {
  store(1, 5, "five", {{id_of(10), "a"}}, {step(10, 3, root_directory, "d")});
  store(2, 5, "five", {{id_of(11), "b"}}, {step(10, 3, root_directory, "d"), step(11, 4, id_of(10), "e")});
  EXPECT_EQ(node_->settle(removal_of(10, 9, Kind::directory)), Answer::ok);
  EXPECT_EQ(node_->tree(), Paths{});
  EXPECT_NE(inode("limbo/" + to_string(id_of(11)) + "/b"), 0U);
  SettleItem item = file_item(2, 6, {5, 1}, "five", {{id_of(11), "b"}});
  item.directories = {step(11, 10, root_directory, "e")};
  EXPECT_EQ(node_->settle(item), Answer::ok);
  EXPECT_EQ(node_->tree(), (Paths{"/e/", "/e/b"}));
  EXPECT_EQ(entries("limbo"), 0U);
}

TEST_P(Settling, AppliesModeAndTime) {
  SettleItem item = file_item(1, 5, {5, 1}, "five", {{root_directory, "a"}});
  item.attributes = {0440, 0, 0, 1'600'000'000'123'456'789};
  ASSERT_TRUE(node_->put(id_of(1), {5, 1}, "five").ok());
  ASSERT_EQ(node_->settle(item), Answer::ok);
  const auto status = disk_->status("tree/a");
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status->attributes.mode, 0640U) << "the owner keeps access";
  EXPECT_EQ(status->attributes.modified_ns, item.attributes.modified_ns);
}

TEST_P(Settling, KeepsNamesThatDoNotFitAnAttributeInAFile) {
  std::vector<Name> names;
  for (std::size_t number = 0; number < limits::names_per_object_max; ++number)
    names.push_back({root_directory, std::string(250, 'x') + std::to_string(100 + number)});
  store(1, 5, "five", names);
  EXPECT_EQ(node_->tree().size(), names.size());
  EXPECT_EQ(entries("checksums"), 1U);
  ASSERT_TRUE(node_->start(true).ok());
  SettleItem fewer = file_item(1, 6, {5, 1}, "five", {{root_directory, "a"}});
  EXPECT_EQ(node_->settle(fewer), Answer::ok);
  EXPECT_EQ(node_->tree(), Paths{"/a"});
  EXPECT_EQ(entries("checksums"), 0U);
}

TEST_P(Settling, TakesABatchWithAnIdTwice) {
  ASSERT_TRUE(node_->put(id_of(1), {5, 1}, "five").ok());
  ASSERT_TRUE(node_->put(id_of(2), {5, 1}, "five").ok());
  const std::vector<SettleItem> items{file_item(1, 5, {5, 1}, "five", {{root_directory, "a"}}),
                                      file_item(2, 5, {5, 1}, "five", {{root_directory, "b"}}),
                                      removal_of(1, 7)};
  const auto answers = node_->node().settle(node_->guard(), items, true);
  ASSERT_TRUE(answers.ok());
  EXPECT_EQ(*answers, (std::vector<Answer>{Answer::ok, Answer::ok, Answer::ok}));
  EXPECT_EQ(node_->tree(), Paths{"/b"});
}

TEST_P(Settling, RefusesWhatCannotBe) {
  const auto refusal = [&](SettleItem item) {
    return node_->node().settle(node_->guard(), std::span(&item, 1), false).code();
  };
  SettleItem item = file_item(1, 5, {5, 1}, "five", {{root_directory, "a"}});
  item.kind = Kind::symlink;
  EXPECT_EQ(refusal(item), Code::unsupported);
  for (const char* name : {"", ".", "..", "a/b"})
    EXPECT_EQ(refusal(file_item(1, 5, {5, 1}, "five", {{root_directory, name}})), Code::invalid) << name;
  EXPECT_EQ(refusal(file_item(1, 5, {5, 1}, "five", {})), Code::invalid);
  std::vector<Name> many(limits::names_per_object_max + 1, {root_directory, "a"});
  EXPECT_EQ(refusal(file_item(1, 5, {5, 1}, "five", many)), Code::invalid);
}

}  // namespace
}  // namespace tandem::test
