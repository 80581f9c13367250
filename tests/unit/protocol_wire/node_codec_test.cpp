#include "protocol/wire/node_codec.hpp"

#include <gtest/gtest.h>

#include "protocol/contract/fields.hpp"
#include "protocol/contract/limits.hpp"

namespace tandem::protocol {
namespace {

template <class Identified>
Identified identifier(std::uint8_t byte) {
  Identified id;
  id.bytes.fill(byte);
  return id;
}

const CallGuard guard{identifier<ClusterId>(1), identifier<NodeId>(2), 65535, ~Run{0}};

SettleItem full_item() {
  return {.id = identifier<ObjectId>(3),
          .kind = Kind::symlink,
          .revision = ~Revision{0},
          .removed = false,
          .stamp = {5, 6},
          .size_bytes = std::uint64_t{1} << 45,
          .digest = identifier<Digest>(7),
          .attributes = {.mode = 0, .uid = 4'000'000'000, .gid = 9, .modified_ns = -5},
          .source = SettleSource::claimed,
          .claim = 10,
          .names = {{identifier<ObjectId>(8), std::string("a\xff\x01\n", 4)}, {root_directory, "b"}},
          .directories = {{identifier<ObjectId>(8), 11, root_directory, "dir"}}};
}

void expect_same(const SettleItem& a, const SettleItem& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.revision, b.revision);
  EXPECT_EQ(a.removed, b.removed);
  EXPECT_EQ(a.stamp, b.stamp);
  EXPECT_EQ(a.size_bytes, b.size_bytes);
  EXPECT_EQ(a.digest, b.digest);
  EXPECT_EQ(a.attributes, b.attributes);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.claim, b.claim);
  EXPECT_EQ(a.names, b.names);
  EXPECT_EQ(a.directories, b.directories);
}

TEST(NodeCodec, SettleItemsComeBackWhole) {
  const SettleItem removed{.id = identifier<ObjectId>(4), .revision = 12, .removed = true};
  const std::vector items{full_item(), removed};
  const auto requests = encode_settles(guard, items, false);
  ASSERT_EQ(requests.size(), 1U);
  const auto request = decode_settle(requests.front());
  ASSERT_TRUE(request);
  EXPECT_EQ(request->guard.cluster, guard.cluster);
  EXPECT_EQ(request->guard.node, guard.node);
  EXPECT_EQ(request->guard.epoch, guard.epoch);
  EXPECT_EQ(request->guard.run, guard.run);
  EXPECT_FALSE(request->durable);
  ASSERT_EQ(request->items.size(), 2U);
  expect_same(request->items[0], items[0]);
  expect_same(request->items[1], items[1]);
}

TEST(NodeCodec, ABatchIsSplitAtTheLimits) {
  std::vector<SettleItem> many(limits::settle_items_max + 1, full_item());
  const auto two = encode_settles(guard, many, true);
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(decode_settle(two[0])->items.size(), limits::settle_items_max);
  EXPECT_EQ(decode_settle(two[1])->items.size(), 1U);
  for (SettleItem& item : many) item.names.assign(60, {root_directory, std::string(250, 'n')});
  for (const std::string& request : encode_settles(guard, many, true)) {
    EXPECT_LE(request.size(), limits::base64_bytes_max);
    EXPECT_TRUE(decode_settle(request));
  }
  EXPECT_EQ(encode_settles(guard, {}, true).size(), 1U);
}

TEST(NodeCodec, TheOtherRequestsComeBack) {
  const std::vector ids{identifier<ObjectId>(1), identifier<ObjectId>(0), identifier<ObjectId>(9)};
  const auto look = decode_look(encode_look(guard, ids, 77));
  ASSERT_TRUE(look);
  EXPECT_EQ(look->ids, ids);
  EXPECT_EQ(look->claim, 77U);
  const auto join = decode_join(encode_join(guard.cluster, 4));
  ASSERT_TRUE(join);
  EXPECT_EQ(join->cluster, guard.cluster);
  EXPECT_EQ(join->epoch, 4);
  EXPECT_EQ(decode_adopt_epoch(encode_adopt_epoch(guard, 9))->epoch, 9);
  EXPECT_EQ(decode_inventory(encode_inventory(guard, {}, 5))->after, std::nullopt);
  EXPECT_EQ(decode_inventory(encode_inventory(guard, ids[1], 5))->after, ids[1]) << "the null id is an id";
  EXPECT_EQ(decode_staged(encode_staged(guard, 6))->limit, 6U);
  const std::vector<StagedState> which{{ids[0], {1, 2}, 3, 4}};
  const auto drop = decode_drop_staged(encode_drop_staged(guard, which));
  ASSERT_TRUE(drop);
  EXPECT_EQ(drop->which.front().stamp, which.front().stamp);
  EXPECT_EQ(drop->which.front().session, 3U);
  const auto verify = decode_verify(encode_verify(guard, ids[2], {8, 9}));
  ASSERT_TRUE(verify);
  EXPECT_EQ(verify->id, ids[2]);
  EXPECT_EQ(verify->stamp, (Stamp{8, 9}));
  EXPECT_EQ(decode_tree(encode_tree(guard, "/a\xff", 3))->after, "/a\xff");
}

TEST(NodeCodec, RepliesComeBack) {
  const NodeIdentity identity{guard.node, guard.cluster, 3, 4, 5, true, "0.1.0", 4321};
  NodeStatus status{.identity = identity, .directories = 1, .files = 2, .data_bytes = 3, .free_bytes = 4};
  status.writes = 10;
  const auto status_back = decode_reply<NodeStatus>(encode_reply(status));
  ASSERT_TRUE(status_back);
  EXPECT_EQ(status_back->identity.node, identity.node);
  EXPECT_EQ(status_back->identity.previous_run, 5U);
  EXPECT_TRUE(status_back->identity.previous_clean);
  EXPECT_EQ(status_back->identity.version, "0.1.0");
  EXPECT_EQ(status_back->identity.pid, 4321U);
  EXPECT_EQ(status_back->free_bytes, 4U);
  EXPECT_EQ(status_back->writes, 10U);
  const std::vector answers{Answer::ok, Answer::again, Answer::newer};
  EXPECT_EQ(*decode_reply<std::vector<Answer>>(encode_reply(answers)), answers);
  EXPECT_EQ(*decode_reply<Answer>(encode_reply(Answer::damaged)), Answer::damaged);
  EXPECT_EQ(*decode_reply<Answer>(encode_reply(Answer::ok)), Answer::ok);
  const InventoryPage page{.entries = {{identifier<ObjectId>(1), Kind::directory, ~Revision{0} - 1}},
                           .next = identifier<ObjectId>(0)};
  const auto page_back = decode_reply<InventoryPage>(encode_reply(page));
  ASSERT_TRUE(page_back);
  EXPECT_EQ(page_back->entries.front().revision, ~Revision{0} - 1);
  EXPECT_EQ(page_back->entries.front().kind, Kind::directory);
  EXPECT_EQ(page_back->next, page.next);
  const std::vector<TreeEntry> entries{{"/a", Kind::file, 7}, {"/\xff", Kind::directory, 0}};
  const auto entries_back = decode_reply<std::vector<TreeEntry>>(encode_reply(entries));
  ASSERT_TRUE(entries_back);
  EXPECT_EQ(entries_back->at(1).path, "/\xff");
  EXPECT_EQ(entries_back->at(1).kind, Kind::directory);
}

TEST(NodeCodec, ObjectStatesComeBack) {
  const std::vector<ObjectState> states{{.id = identifier<ObjectId>(1),
                                         .settled = true,
                                         .stamp = {1, 2},
                                         .revision = 3,
                                         .size_bytes = 4,
                                         .digest = identifier<Digest>(5),
                                         .staged = {{6, 7}, {}}},
                                        {.id = identifier<ObjectId>(2), .damaged = true}};
  const auto back = decode_reply<std::vector<ObjectState>>(encode_reply(states));
  ASSERT_TRUE(back);
  ASSERT_EQ(back->size(), 2U);
  EXPECT_EQ((*back)[0].staged, states[0].staged);
  EXPECT_EQ((*back)[0].digest, states[0].digest);
  EXPECT_TRUE((*back)[1].damaged);
  EXPECT_FALSE((*back)[1].settled);
}

TEST(NodeCodec, UnknownFieldsAreSkipped) {
  FieldWriter more;
  more.raw(encode_verify(guard, identifier<ObjectId>(1), {8, 9}));
  more.number(99, 1);
  more.bytes(100, "later");
  const auto verify = decode_verify(more.encoded());
  ASSERT_TRUE(verify);
  EXPECT_EQ(verify->stamp, (Stamp{8, 9}));
}

TEST(NodeCodec, DamageAndExcessAreInvalid) {
  const std::string good = encode_settles(guard, std::vector{full_item()}, true).front();
  for (std::size_t length = 1; length < good.size(); ++length) {
    static_cast<void>(decode_settle(good.substr(0, length)));  // must not read beyond its input
  }
  EXPECT_EQ(decode_settle("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff").code(), Code::invalid);
  FieldWriter wrong_kind;
  FieldWriter item;
  item.number(2, 4);
  wrong_kind.nested(3, item);
  EXPECT_EQ(decode_settle(wrong_kind.encoded()).code(), Code::invalid);
  FieldWriter short_id;
  short_id.bytes(2, "123");
  EXPECT_EQ(decode_look(short_id.encoded()).code(), Code::invalid);
  FieldWriter too_many;
  too_many.bytes(2, std::string((limits::look_ids_max + 1) * 16, 'x'));
  EXPECT_EQ(decode_look(too_many.encoded()).code(), Code::invalid);
  EXPECT_EQ(decode_reply<std::vector<Answer>>(std::string("\x0a\x01\x06", 3)).code(), Code::invalid);
}

}  // namespace
}  // namespace tandem::protocol
