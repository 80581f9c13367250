#include "protocol/http/object_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "protocol/contract/limits.hpp"

namespace tandem::protocol {
namespace {

// A parsed message; keeps its text alive.
struct Message {
  Message(MessageParser::Side side, std::string all) : text(std::move(all)), parser(side) {
    std::size_t consumed = 0;
    EXPECT_EQ(parser.parse_head(text, consumed), Parsed::complete) << text;
  }
  std::string text;
  MessageParser parser;
};

Message request(const std::string& line, const std::string& fields = "") {
  return {MessageParser::Side::request, line + " HTTP/1.1\r\n" + fields + "\r\n"};
}

ObjectId some_id() {
  ObjectId id;
  id.bytes.fill(0xAB);
  return id;
}

TEST(ObjectText, GuardsComeBack) {
  CallGuard guard{.epoch = 65535, .run = ~std::uint64_t{0}};
  guard.cluster.bytes.fill(1);
  guard.node.bytes.fill(2);
  std::string fields;
  append_guard(fields, guard);
  const Message message = request("GET /", fields);
  const auto back = read_guard(message.parser.head());
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(back->cluster, guard.cluster);
  EXPECT_EQ(back->node, guard.node);
  EXPECT_EQ(back->epoch, guard.epoch);
  EXPECT_EQ(back->run, guard.run);
}

TEST(ObjectText, BrokenGuardsAreInvalid) {
  const std::string id(32, 'a');
  const std::vector<std::string> broken{"",
                                        id,
                                        id + " " + id,
                                        id + " " + id + " 1",
                                        id + " " + id + " 10000 1",
                                        id + " " + id + " 1 1 1",
                                        id + "  " + id + " 1 1",
                                        std::string(32, 'x') + " " + id + " 1 1"};
  for (const std::string& text : broken) {
    const Message message = request("GET /", "Tandem-Guard: " + text + "\r\n");
    EXPECT_EQ(read_guard(message.parser.head()).code(), Code::invalid) << text;
  }
}

TEST(ObjectText, FetchesComeBack) {
  const FetchRequest asked{.id = some_id(), .stamp = {~0ULL, 3}, .offset = 1ULL << 45, .length = 7};
  const Message message = request("GET " + fetch_target(asked));
  const auto back = read_fetch(message.parser.head());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->id, asked.id);
  EXPECT_EQ(back->stamp, asked.stamp);
  EXPECT_EQ(back->offset, asked.offset);
  EXPECT_EQ(back->length, asked.length);
}

TEST(ObjectText, ARangeFieldIsUnderstood) {
  const std::string line = "GET /objects/" + to_string(some_id()) + "?stamp=1-2";
  const auto fetch_of = [&](const std::string& range) {
    const Message message = request(line, "Range: " + range + "\r\n");
    return read_fetch(message.parser.head());
  };
  EXPECT_EQ(fetch_of("bytes=5-")->offset, 5U);
  EXPECT_EQ(fetch_of("bytes=5-")->length, limits::fetch_bytes_max);
  EXPECT_EQ(fetch_of("bytes=5-5")->length, 1U);
  EXPECT_EQ(fetch_of("bytes=0-99999999999")->length, limits::fetch_bytes_max);
  EXPECT_EQ(fetch_of("bytes=0-18446744073709551615")->length, limits::fetch_bytes_max);
  for (const char* wrong :
       {"bytes=-5", "bytes=5-4", "bytes=0-1,3-4", "lines=0-1", "bytes=a-b", "bytes=", "x"}) {
    EXPECT_EQ(fetch_of(wrong).code(), Code::invalid) << wrong;
  }
}

TEST(ObjectText, StagesComeBack) {
  const StageRequest asked{.id = some_id(),
                           .stamp = {1, 2},
                           .session = 3,
                           .claim = 4,
                           .size_bytes = 5,
                           .base = StageBase{{6, 7}, 8},
                           .durable = false};
  const Message message = request("PUT " + stage_target(asked), "Content-Length: 5\r\n");
  const auto back = read_stage(message.parser.head());
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(back->session, 3U);
  EXPECT_EQ(back->claim, 4U);
  EXPECT_EQ(back->size_bytes, 5U);
  ASSERT_TRUE(back->base);
  EXPECT_EQ(back->base->stamp, (Stamp{6, 7}));
  EXPECT_EQ(back->base->offset, 8U);
  EXPECT_FALSE(back->durable);
}

TEST(ObjectText, BrokenTargetsAreInvalid) {
  const std::string object = "/objects/" + to_string(some_id());
  for (const std::string& target :
       {object, object + "?", object + "?stamp=", object + "?stamp=1", object + "?stamp=1-2&offset=-1",
        object + "?stamp=1-2&length=99999999", object + "?stamp=1-2&offset=18446744073709551616",
        std::string("/objects/?stamp=1-2"), object + "0?stamp=1-2"}) {
    const Message message = request("GET " + target);
    EXPECT_EQ(read_fetch(message.parser.head()).code(), Code::invalid) << target;
  }
  const Message without_length = request("PUT " + object + "?stamp=1-2");
  EXPECT_EQ(read_stage(without_length.parser.head()).code(), Code::invalid);
  const Message huge = request("PUT " + object + "?stamp=1-2", "Content-Length: 9999999999999999\r\n");
  EXPECT_EQ(read_stage(huge.parser.head()).code(), Code::invalid);
}

TEST(ObjectText, FetchHeadsComeBack) {
  FetchHead head{
      .answer = Answer::ok, .revision = ~Revision{0}, .size_bytes = 1ULL << 46, .offset = 9, .length = 100};
  head.digest.bytes.fill(0x5A);
  for (std::uint64_t i = 0; i < 257; ++i) head.checksums.push_back(i * 0x123456789ABCDEFU);
  std::string fields = "Content-Length: 100\r\n";
  append_fetch_head(fields, head);
  EXPECT_LT(fields.size(), limits::http_header_bytes_max / 2) << "the longest head there is";
  const Message message(MessageParser::Side::reply, "HTTP/1.1 200 OK\r\n" + fields + "\r\n");
  const auto back = read_fetch_head(message.parser.head());
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(back->revision, head.revision);
  EXPECT_EQ(back->size_bytes, head.size_bytes);
  EXPECT_EQ(back->digest, head.digest);
  EXPECT_EQ(back->offset, 9U);
  EXPECT_EQ(back->length, 100U);
  EXPECT_EQ(back->checksums, head.checksums);
}

TEST(ObjectText, AnswersAreWords) {
  for (const Answer answer :
       {Answer::ok, Answer::older, Answer::newer, Answer::damaged, Answer::absent, Answer::again}) {
    EXPECT_EQ(answer_from_word(answer_word(answer)), answer);
  }
  EXPECT_EQ(answer_from_word(""), std::nullopt);
  EXPECT_EQ(answer_from_word("OK"), std::nullopt);
}

}  // namespace
}  // namespace tandem::protocol
