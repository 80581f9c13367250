#include "gateway/catalogue/records/describe.hpp"

#include <gtest/gtest.h>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/catalogue/records/records.hpp"

namespace tandem::gateway {
namespace {

ObjectId id(std::uint8_t last) {
  ObjectId id;
  id.bytes[0] = 0xab;
  id.bytes[15] = last;
  return id;
}
const std::string hex = "ab000000000000000000000000000001";

TEST(Describing, KeysShowTheirIdsAndNames) {
  EXPECT_EQ(describe_key(keys::record(id(1))), "f/" + hex);
  EXPECT_EQ(describe_key(keys::name(id(1), "a\nb c")), "e/" + hex + "/a\\x0ab c");
  NodeId node;
  node.bytes = id(1).bytes;
  EXPECT_EQ(describe_key(keys::mark(node, id(1))), "w/" + hex + "/" + hex);
  EXPECT_EQ(describe_key(keys::session(0x1234)), "s/0000000000001234");
  EXPECT_EQ(describe_key("meta"), "meta");
  EXPECT_EQ(describe_key("f/short"), "f/short");
}

TEST(Describing, ValuesShowWhatTheyMean) {
  ObjectRecord record;
  record.pair = "p1";
  record.stamp = {(Revision{2} << epoch_shift) + 7, 3};
  record.size_bytes = 12;
  record.attributes = {0750, 1, 2, 5'000'000'000};
  record.names = {{id(1), "x y"}};
  EXPECT_EQ(
      describe_value(keys::record(id(1)), encode(record)),
      "kind=file pair=p1 stamp=2|7.3 size=12 digest=00000000000000000000000000000000 mode=0750 uid=1 gid=2 "
      "modified=5 name=" +
          hex + "/\"x y\"");
  EXPECT_EQ(describe_value(keys::name(id(1), "n"), encode(NameValue{id(1), Kind::symlink})),
            "id=" + hex + " kind=symlink");
  ClusterRecord cluster;
  cluster.name = "home";
  cluster.lost = {{(Revision{1} << epoch_shift) + 9, Revision{2} << epoch_shift}};
  const std::string text = describe_value(keys::meta, encode(cluster));
  EXPECT_NE(text.find("name=home"), std::string::npos) << text;
  EXPECT_NE(text.find("lost=1|9..2|0"), std::string::npos) << text;
}

TEST(Describing, WhatCannotBeReadIsShownAsItIs) {
  EXPECT_NE(describe_value(keys::record(id(1)), "\xff").find("damaged: ff"), std::string::npos);
  EXPECT_EQ(describe_value("dirmove", "\x01\x02"), "0102");
}

TEST(Describing, EveryKeyIsFoundByAnyPrefixOfItsDescription) {
  NodeId node;
  node.bytes = id(9).bytes;
  for (const std::string& key :
       {keys::record(id(1)), keys::name(id(1), "na\\me"), keys::mark(node, id(2)), keys::session(7),
        keys::slot(7, 1), std::string(keys::meta), std::string("odd\x01key")}) {
    const std::string description = describe_key(key);
    for (std::size_t length = 0; length <= description.size(); ++length) {
      const std::string raw = raw_prefix_of(std::string_view(description).substr(0, length));
      EXPECT_TRUE(key.starts_with(raw)) << description.substr(0, length);
    }
  }
  EXPECT_EQ(raw_prefix_of("f/" + hex), keys::record(id(1))) << "a whole id reads one key, not all";
}

}  // namespace
}  // namespace tandem::gateway
