#include "gateway/catalogue/records/records.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "protocol/contract/fields.hpp"

namespace tandem::gateway {
namespace {

template <class Identified>
Identified identifier(std::uint8_t seed) {
  Identified id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i)
    id.bytes[i] = static_cast<std::uint8_t>(std::size_t{16} * seed + i);
  return id;
}

ClusterRecord cluster() {
  return {catalogue_format,          identifier<ClusterId>(1), "home",
          1'700'000'000'000'000'000, {{5, 9}, {20, 30}},       {}};
}

ObjectRecord object() {
  ObjectRecord record;
  record.pair = "p1";
  record.stamp = {Revision{3} << epoch_shift, 42};
  record.size_bytes = std::uint64_t{1} << 40;
  record.digest = identifier<Digest>(2);
  record.attributes = {0755, 1000, 1001, -5};
  record.names = {{root_directory, "a"}, {identifier<ObjectId>(3), std::string("\xff\x01 b", 4)}};
  return record;
}

PairRecord pair() {
  return {"p1",
          {{identifier<NodeId>(1), "127.0.0.1:7001", 7}, {identifier<NodeId>(2), "[::1]:7002", ~Run{0}}},
          "draining",
          {}};
}

NodeRecord node() {
  return {NodeState::healing, "was away", 5, true, identifier<ObjectId>(4), {}};
}
MarkRecord mark() {
  return {Kind::directory, true, 77, {}};
}
SlotRecord slot() {
  return {9,
          {{identifier<ObjectId>(1), Kind::symlink, "p2"}, {identifier<ObjectId>(2), Kind::directory, ""}},
          {}};
}
EventRecord event() {
  return {std::string(event_kind::node_out), 5, "127.0.0.1:7001", "/a", "refused", {}};
}
SessionRecord session() {
  return {"tandem on host (pid 5)", 123, {}};
}

// Encoding is canonical for what is known, so equal bytes mean equal records.
template <class Record>
void expect_round_trip(const Record& record) {
  const std::string encoded = encode(record);
  auto decoded = decode<Record>(encoded);
  ASSERT_TRUE(decoded.ok()) << to_string(decoded.error());
  EXPECT_EQ(encode(*decoded), encoded);
}

TEST(Records, EveryRecordIsReadBackAsItWasWritten) {
  expect_round_trip(cluster());
  expect_round_trip(object());
  expect_round_trip(pair());
  expect_round_trip(node());
  expect_round_trip(mark());
  expect_round_trip(slot());
  expect_round_trip(session());
  expect_round_trip(NameValue{identifier<ObjectId>(1), Kind::directory});
  expect_round_trip(ClusterRecord{});
  expect_round_trip(ObjectRecord{});
  expect_round_trip(PairRecord{});
  expect_round_trip(NodeRecord{});
  expect_round_trip(SlotRecord{});
}

TEST(Records, ARestoredClusterKnowsWhichRevisionsItHasLost) {
  const auto read = decode<ClusterRecord>(encode(cluster()));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->lost, cluster().lost);
  for (const Revision lost : {6U, 8U, 21U, 29U}) EXPECT_TRUE(read->has_lost(lost)) << lost;
  for (const Revision known : {0U, 5U, 9U, 20U, 30U}) EXPECT_FALSE(read->has_lost(known)) << known;
}

TEST(Records, EveryFieldOfAnObjectSurvives) {
  const ObjectRecord written = object();
  auto read = decode<ObjectRecord>(encode(written));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->kind, written.kind);
  EXPECT_EQ(read->pair, written.pair);
  EXPECT_EQ(read->stamp, written.stamp);
  EXPECT_EQ(read->size_bytes, written.size_bytes);
  EXPECT_EQ(read->digest, written.digest);
  EXPECT_EQ(read->attributes, written.attributes);
  EXPECT_EQ(read->names, written.names);

  ObjectRecord link;
  link.kind = Kind::symlink;
  link.target = "../elsewhere";
  link.attributes.mode = 0;
  auto read_link = decode<ObjectRecord>(encode(link));
  ASSERT_TRUE(read_link.ok());
  EXPECT_EQ(read_link->kind, Kind::symlink);
  EXPECT_EQ(read_link->target, "../elsewhere");
  EXPECT_EQ(read_link->attributes.mode, 0U);
}

TEST(Records, EveryFieldOfTheOthersSurvives) {
  EXPECT_EQ(decode<PairRecord>(encode(pair()))->members, pair().members);
  EXPECT_EQ(decode<PairRecord>(encode(pair()))->state, "draining");
  auto read_node = decode<NodeRecord>(encode(node()));
  ASSERT_TRUE(read_node.ok());
  EXPECT_EQ(read_node->state, NodeState::healing);
  EXPECT_EQ(read_node->reason, "was away");
  EXPECT_TRUE(read_node->filling);
  EXPECT_EQ(read_node->filled_up_to, identifier<ObjectId>(4));
  auto read_slot = decode<SlotRecord>(encode(slot()));
  ASSERT_TRUE(read_slot.ok());
  EXPECT_EQ(read_slot->operation, 9U);
  ASSERT_EQ(read_slot->owed.size(), 2U);
  EXPECT_EQ(read_slot->owed[0].kind, Kind::symlink);
  EXPECT_EQ(read_slot->owed[0].pair, "p2");
  auto read_mark = decode<MarkRecord>(encode(mark()));
  EXPECT_TRUE(read_mark->content);
  EXPECT_EQ(read_mark->kind, Kind::directory);
  EXPECT_EQ(decode<SessionRecord>(encode(session()))->about, "tandem on host (pid 5)");
  EXPECT_EQ(decode<EventRecord>(encode(event()))->path, "/a");
  EXPECT_EQ(decode<ClusterRecord>(encode(cluster()))->id, cluster().id);
}

TEST(Records, APairOfMoreMembersThanThisProgramKnowsIsUnsupported) {
  PairRecord many = pair();
  many.members.resize(5);
  EXPECT_TRUE(decode<PairRecord>(encode(many)).ok());
  many.members.resize(6);
  EXPECT_EQ(decode<PairRecord>(encode(many)).code(), Code::unsupported);
}

template <class Record>
void expect_unknown_kept(Record record) {
  FieldWriter newer;
  newer.raw(encode(record));
  newer.number(900, 5);
  newer.bytes(901, "from the future");
  auto decoded = decode<Record>(newer.encoded());
  ASSERT_TRUE(decoded.ok());
  EXPECT_FALSE(decoded->unknown.empty());
  EXPECT_EQ(encode(*decoded), newer.encoded());
}

TEST(Records, FieldsOfANewerProgramAreKept) {
  expect_unknown_kept(cluster());
  expect_unknown_kept(object());
  expect_unknown_kept(pair());
  expect_unknown_kept(node());
  expect_unknown_kept(mark());
  expect_unknown_kept(slot());
  expect_unknown_kept(session());
}

TEST(Records, AFieldMoreInsideANestedMessageIsUnsupportedRatherThanDropped) {
  FieldWriter name;
  name.bytes(2, "n");
  name.number(9, 1);
  FieldWriter record;
  record.number(1, 1);
  record.nested(11, name);
  EXPECT_EQ(decode<ObjectRecord>(record.encoded()).code(), Code::unsupported);
}

TEST(Records, ANewerFormatOrKindIsUnsupported) {
  ClusterRecord newer = cluster();
  newer.format = catalogue_format + 1;
  EXPECT_EQ(decode<ClusterRecord>(encode(newer)).code(), Code::unsupported);
  FieldWriter kind;
  kind.number(1, 4);
  EXPECT_EQ(decode<ObjectRecord>(kind.encoded()).code(), Code::unsupported);
  std::string name = encode(NameValue{});
  name.back() = 9;
  EXPECT_EQ(decode<NameValue>(name).code(), Code::unsupported);
}

TEST(Records, WrongTypesAndLengthsAreCorrupt) {
  FieldWriter text_for_number;
  text_for_number.bytes(5, "12");
  EXPECT_EQ(decode<ObjectRecord>(text_for_number.encoded()).code(), Code::corrupt);
  FieldWriter short_digest;
  short_digest.bytes(6, "short");
  EXPECT_EQ(decode<ObjectRecord>(short_digest.encoded()).code(), Code::corrupt);
  FieldWriter wide_mode;
  wide_mode.number(7, std::uint64_t{1} << 32);
  EXPECT_EQ(decode<ObjectRecord>(wide_mode.encoded()).code(), Code::corrupt);
  FieldWriter two_for_bool;
  two_for_bool.number(2, 2);
  EXPECT_EQ(decode<MarkRecord>(two_for_bool.encoded()).code(), Code::corrupt);
  EXPECT_EQ(decode<NameValue>("short").code(), Code::corrupt);
}

TEST(Records, ARecordCutOffInsideAFieldIsCorrupt) {
  const std::string encoded = encode(object());
  FieldReader reader(encoded);
  std::vector<std::size_t> ends{0};
  while (const auto field = reader.next()) ends.push_back(ends.back() + field->raw.size());
  for (std::size_t length = 0; length < encoded.size(); ++length) {
    const bool between_fields = std::ranges::find(ends, length) != ends.end();
    EXPECT_EQ(decode<ObjectRecord>(encoded.substr(0, length)).ok(), between_fields) << length;
  }
}

template <class Record>
void feed(const std::string& bytes) {
  auto decoded = decode<Record>(bytes);
  if (!decoded.ok()) {
    EXPECT_TRUE(decoded.code() == Code::corrupt || decoded.code() == Code::unsupported);
    return;
  }
  const std::string once = encode(*decoded);
  auto again = decode<Record>(once);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(encode(*again), once);
}

TEST(Records, RandomAndDamagedBytesAreRefusedOrReadStably) {
  std::minstd_rand random(5);
  const std::vector<std::string> whole{encode(object()), encode(pair()), encode(slot()), encode(node()),
                                       encode(cluster())};
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = whole[random() % whole.size()];
    if (round % 4 == 0) bytes.assign(random() % 60, '\0');
    const std::size_t damage = round % 4 == 0 ? bytes.size() : 1 + random() % 3;
    for (std::size_t i = 0; i < damage && !bytes.empty(); ++i)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    feed<ObjectRecord>(bytes);
    feed<PairRecord>(bytes);
    feed<SlotRecord>(bytes);
    feed<NodeRecord>(bytes);
    feed<MarkRecord>(bytes);
    feed<ClusterRecord>(bytes);
    feed<SessionRecord>(bytes);
    feed<EventRecord>(bytes);
    feed<NameValue>(bytes);
  }
}

}  // namespace
}  // namespace tandem::gateway
