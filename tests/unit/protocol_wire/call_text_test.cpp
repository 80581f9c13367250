#include "protocol/wire/call_text.hpp"

#include <gtest/gtest.h>

#include "protocol/wire/xml_precheck.hpp"
#include "protocol/wire/xmlrpc_library.hpp"

namespace tandem::protocol {
namespace {

TEST(CallText, AWrittenCallIsRecognised) {
  const std::string text = write_node_call("node.settle", "bytes");
  EXPECT_TRUE(check_xml(text));
  const auto call = recognise_node_call(text);
  ASSERT_TRUE(call);
  EXPECT_EQ(call->method, "node.settle");
  EXPECT_EQ(call->base64, "Ynl0ZXM=");
}

TEST(CallText, AnyOtherShapeIsLeftToTheLibrary) {
  std::string text = write_node_call("node.settle", "bytes");
  EXPECT_FALSE(recognise_node_call(text + " "));
  EXPECT_FALSE(recognise_node_call(text.substr(1)));
  EXPECT_FALSE(recognise_node_call(""));
  EXPECT_FALSE(recognise_node_call(write_node_reply("bytes")));
}

TEST(CallText, AReplyIsReadBothWays) {
  for (const std::string& bytes : {std::string(), std::string("a\0b", 3), std::string(100'000, '\xff')}) {
    const std::string text = write_node_reply(bytes);
    const auto direct = read_node_reply(text);
    ASSERT_TRUE(direct);
    EXPECT_EQ(*direct, bytes);
    const auto by_library = parse_bytes_response(text);
    ASSERT_TRUE(by_library) << to_string(by_library.error());
    EXPECT_EQ(*by_library, bytes);
  }
}

TEST(CallText, AFaultKeepsItsCode) {
  const std::string text =
      write_fault({.code = Code::stale, .cause = "it's <gone> & \x01", .path = "/\xff", .mend = "look"});
  const auto reply = read_node_reply(text);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.code(), Code::stale);
  EXPECT_EQ(reply.error().cause, "/\\xff: it's <gone> & \\x01 (look)");
}

TEST(CallText, WhatIsNoReplyIsUnsupported) {
  const char* const bare_number =
      "<methodResponse><params><param><value><int>1</int></value></param></params></methodResponse>";
  for (const char* text :
       {"", "hello", "<html><body>It works</body></html>", "<!DOCTYPE a><a/>", bare_number}) {
    EXPECT_EQ(read_node_reply(text).code(), Code::unsupported) << text;
  }
}

}  // namespace
}  // namespace tandem::protocol
