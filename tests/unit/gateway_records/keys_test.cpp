#include "gateway/catalogue/records/keys.hpp"

#include <gtest/gtest.h>

namespace tandem::gateway {
namespace {

ObjectId object(std::uint8_t last) {
  ObjectId id;
  id.bytes[0] = 0xab;
  id.bytes[15] = last;
  return id;
}

TEST(Keys, ANameStandsBehindItsDirectory) {
  const std::string key = keys::name(object(1), "a b");
  EXPECT_TRUE(key.starts_with(keys::names_of(object(1))));
  const auto parsed = keys::parse_name(key);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->directory, object(1));
  EXPECT_EQ(parsed->name, "a b");
  EXPECT_FALSE(keys::parse_name(keys::names_of(object(1))));
  EXPECT_FALSE(keys::parse_name(keys::record(object(1))));
}

TEST(Keys, NoDirectorysNamesAreAmongThoseOfAnother) {
  ObjectId zeros{};
  EXPECT_FALSE(keys::name(zeros, "x").starts_with(keys::names_of(object(0))));
  EXPECT_EQ(keys::names_of(zeros).size(), keys::names_of(object(0)).size());
}

TEST(Keys, RecordsAndMarksAreReadBack) {
  EXPECT_EQ(keys::parse_record(keys::record(object(7))), object(7));
  EXPECT_FALSE(keys::parse_record("f/short"));
  const NodeId node = *NodeId::from_raw(object(9).raw());
  const auto mark = keys::parse_mark(keys::mark(node, object(2)));
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->node, node);
  EXPECT_EQ(mark->id, object(2));
  EXPECT_TRUE(keys::mark(node, object(2)).starts_with(keys::marks_of(node)));
  EXPECT_FALSE(keys::parse_mark(keys::marks_of(node)));
}

TEST(Keys, SessionsSortByNumberAndAreReadBack) {
  EXPECT_EQ(keys::session(0x0001000000000abcU), "s/0001000000000abc");
  EXPECT_EQ(keys::parse_session("s/0001000000000abc"), 0x0001000000000abcU);
  EXPECT_LT(keys::session(15), keys::session(16));
  EXPECT_FALSE(keys::parse_session("s/0001000000000abC"));
  EXPECT_FALSE(keys::parse_session("s/123"));
}

TEST(Keys, SlotsStandBehindTheirSession) {
  EXPECT_EQ(keys::slot(255, 16), "op/00000000000000ff/00000010");
  EXPECT_TRUE(keys::slot(255, 16).starts_with(keys::slots_of(255)));
}

TEST(Keys, EventsSortByNumberAndAreReadBack) {
  EXPECT_EQ(keys::event(0xabc), "v/0000000000000abc");
  EXPECT_EQ(keys::parse_event(keys::event(0xabc)), 0xabcU);
  EXPECT_LT(keys::event(15), keys::event(16));
  EXPECT_FALSE(keys::parse_event(keys::event_count)) << "the count is no event";
  EXPECT_EQ(keys::parse_event_count(keys::event_count_value(17)), 17U);
  EXPECT_FALSE(keys::parse_event_count("17"));
}

}  // namespace
}  // namespace tandem::gateway
