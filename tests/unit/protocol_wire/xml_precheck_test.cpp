#include "protocol/wire/xml_precheck.hpp"

#include <gtest/gtest.h>

#include "protocol/contract/limits.hpp"

namespace tandem::protocol {
namespace {

std::string nested(std::size_t depth) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += "<a>";
  for (std::size_t i = 0; i < depth; ++i) text += "</a>";
  return text;
}

TEST(XmlPrecheck, OrdinaryCallsPass) {
  EXPECT_TRUE(check_xml("<?xml version='1.0'?>\n<methodCall><methodName>x</methodName></methodCall>"));
  EXPECT_TRUE(check_xml("<?xml version=\"1.0\" encoding=\"UTF-8\"?><a><b/><c>1 &lt; 2 > 1</c></a>\n"));
  EXPECT_TRUE(check_xml("<methodCall xmlns:ex=\"http://example\"><params/></methodCall>"));
  EXPECT_TRUE(check_xml("<a><!-- <b> --><![CDATA[<c>]]></a>"));
}

TEST(XmlPrecheck, NestingIsBounded) {
  EXPECT_TRUE(check_xml(nested(limits::xml_depth_max)));
  EXPECT_FALSE(check_xml(nested(limits::xml_depth_max + 1)));
  EXPECT_FALSE(check_xml(nested(1'000'000)));
}

TEST(XmlPrecheck, ElementsAreCounted) {
  std::string text = "<a>";
  for (std::size_t i = 1; i < limits::xml_elements_max; ++i) text += "<b/>";
  EXPECT_TRUE(check_xml(text + "</a>"));
  EXPECT_FALSE(check_xml(text + "<b/></a>"));
}

TEST(XmlPrecheck, EntitiesCannotBeDeclared) {
  EXPECT_FALSE(check_xml("<!DOCTYPE a [<!ENTITY b \"bbbb\">]><a>&b;</a>"));
  EXPECT_FALSE(check_xml("<?xml version=\"1.0\"?><!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"));
  EXPECT_FALSE(check_xml("<a><!ENTITY b \"x\"></a>"));
}

TEST(XmlPrecheck, TricksThatHideElementsAreRefused) {
  EXPECT_FALSE(check_xml("<a><b x=\"/>\"><c/></b></a>"));
  EXPECT_FALSE(check_xml("<a><b x='1'/></a>"));
  EXPECT_FALSE(check_xml("<a><!--></a>-->"));
  EXPECT_FALSE(check_xml("<a><?php ?></a>"));
  EXPECT_FALSE(check_xml(std::string("<\0a\0>\0<\0/\0a\0>\0", 14)));
  EXPECT_FALSE(check_xml("<a/><"));
  EXPECT_FALSE(check_xml("</a><a>"));
  EXPECT_FALSE(check_xml("<a>"));
  EXPECT_FALSE(check_xml("<a></a"));
  EXPECT_FALSE(check_xml("<a><![CDATA[</a>"));
  EXPECT_FALSE(check_xml("no markup at all"));
  EXPECT_FALSE(check_xml(""));
}

TEST(XmlPrecheck, ControlCharactersAreRefusedWhereverTheyStand) {
  for (std::size_t at = 3; at < 200; ++at) {
    std::string text = "<a>" + std::string(200, 'x') + "</a>";
    for (const char allowed : {'\t', '\n', '\r', '\x7f', '\xff'}) {
      text[at] = allowed;
      EXPECT_TRUE(check_xml(text)) << at;
    }
    for (const char refused : {'\0', '\x01', '\x1f'}) {
      text[at] = refused;
      const Status checked = check_xml(text);
      ASSERT_FALSE(checked) << at;
      EXPECT_NE(checked.error().cause.find("base64"), std::string::npos) << "the mend";
    }
  }
}

// The library dies of any other: one request would end a daemon.
TEST(XmlPrecheck, LongIntegersAreNumbers) {
  for (const char* number : {"0", "5", "-5", "+5", "9223372036854775807", "-9223372036854775808", "0007"}) {
    EXPECT_TRUE(check_xml("<a><i8>" + std::string(number) + "</i8></a>")) << number;
    EXPECT_TRUE(check_xml("<a><i8 >" + std::string(number) + "</i8></a>")) << number;
  }
  for (const char* text : {"", " ", "s", "1 ", " 1", "1x", "-", "+-1", "1.5", "0x10", "9223372036854775808",
                           "&#49;", "<![CDATA[1]]>", "1<!-- -->x", "1<b/>", "\n1\n"}) {
    EXPECT_FALSE(check_xml("<a><i8>" + std::string(text) + "</i8></a>")) << text;
    EXPECT_FALSE(check_xml("<a><i8\n>" + std::string(text) + "</i8></a>")) << text;
  }
  EXPECT_FALSE(check_xml("<a><i8/></a>"));
  EXPECT_FALSE(check_xml("<i8 x='1'>s</i8>"));
  EXPECT_TRUE(check_xml("<a><int>s</int><i88>s</i88></a>")) << "of these it complains in order";
}

TEST(XmlPrecheck, TheReasonIsTold) {
  const Status checked = check_xml("<!DOCTYPE a><a/>");
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.code(), Code::invalid);
  EXPECT_NE(checked.error().cause.find("document type"), std::string::npos);
}

}  // namespace
}  // namespace tandem::protocol
