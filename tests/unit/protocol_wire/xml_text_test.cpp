#include "protocol/wire/xml_text.hpp"

#include <gtest/gtest.h>

namespace tandem::protocol {
namespace {

TEST(XmlText, OrdinaryTextPassesUnchanged) {
  EXPECT_EQ(printable_text("a & b\t\"c\"\n\xc3\xa9 \xe2\x82\xac"), "a & b\t\"c\"\n\xc3\xa9 \xe2\x82\xac");
}

TEST(XmlText, BytesThatXmlCannotCarryAreShownInHexadecimal) {
  EXPECT_EQ(printable_text(std::string("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(printable_text("\x01\x1f\x7f\r"), "\\x01\\x1f\\x7f\\x0d");
  EXPECT_EQ(printable_text("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(printable_text("\xf0\x9f\x98\x80"), "\\xf0\\x9f\\x98\\x80") << "four-byte UTF-8";
  EXPECT_EQ(printable_text("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
  EXPECT_EQ(printable_text("\xe0\x80\x80"), "\\xe0\\x80\\x80") << "an overlong form";
}

TEST(XmlText, MarkupIsEscaped) {
  std::string out = "x";
  append_escaped(out, "<a & b>");
  EXPECT_EQ(out, "x&lt;a &amp; b&gt;");
}

}  // namespace
}  // namespace tandem::protocol
