#include "protocol/http/message.hpp"

#include <gtest/gtest.h>

#include "protocol/http/http_status.hpp"

namespace tandem::protocol {
namespace {

TEST(MessageParser, AHeadIsTakenInPlace) {
  const std::string text = "GET /a?b=c HTTP/1.1\r\nHost: x\r\nX-One:  two \r\n\r\nrest";
  MessageParser parser(MessageParser::Side::request);
  std::size_t consumed = 0;
  ASSERT_EQ(parser.parse_head(text, consumed), Parsed::complete);
  EXPECT_EQ(text.substr(consumed), "rest");
  EXPECT_EQ(parser.head().method, "GET");
  EXPECT_EQ(parser.head().target, "/a?b=c");
  EXPECT_EQ(parser.head().field("x-one"), "two");
  EXPECT_EQ(parser.head().field("absent"), "");
  EXPECT_EQ(parser.head().target.data(), text.data() + 4) << "no copies";
  EXPECT_TRUE(parser.head().keep_alive);
}

TEST(MessageParser, TheSameParserServesManyMessages) {
  MessageParser parser(MessageParser::Side::reply);
  for (int i = 0; i < 3; ++i) {
    parser.start();
    std::size_t consumed = 0;
    ASSERT_EQ(parser.parse_head("HTTP/1.1 206 Partial Content\r\nContent-Length: 12\r\n\r\n", consumed),
              Parsed::complete);
    EXPECT_EQ(parser.head().status, 206);
    EXPECT_EQ(parser.head().content_length, 12U);
    EXPECT_EQ(parser.head().fields.size(), 1U);
  }
}

TEST(MessageParser, EveryCutOfAHeadGivesTheSame) {
  const std::string text = "PUT /x HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    MessageParser parser(MessageParser::Side::request);
    std::size_t first = 0;
    Parsed parsed = parser.parse_head(std::string_view(text).substr(0, cut), first);
    if (cut < text.size()) {
      ASSERT_EQ(parsed, Parsed::need_more) << cut;
      std::size_t second = 0;
      parsed = parser.parse_head(std::string_view(text).substr(first), second);
    }
    ASSERT_EQ(parsed, Parsed::complete) << cut;
    EXPECT_EQ(parser.head().content_length, 5U);
    EXPECT_TRUE(parser.head().expects_continue);
    EXPECT_EQ(parser.head().target, "/x");
  }
}

TEST(HttpStatus, CodesMapAsTheContractSays) {
  EXPECT_EQ(http_status(Code::ok), 200);
  EXPECT_EQ(http_status(Code::not_found), 404);
  EXPECT_EQ(http_status(Code::not_empty), 409);
  EXPECT_EQ(http_status(Code::denied), 403);
  EXPECT_EQ(http_status(Code::stale), 412);
  EXPECT_EQ(http_status(Code::no_space), 507);
  EXPECT_EQ(http_status(Code::outcome_unknown), 504);
  EXPECT_EQ(reason_phrase(507), "Insufficient Storage");
}

}  // namespace
}  // namespace tandem::protocol
