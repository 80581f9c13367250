#include "protocol/wire/supplementary_characters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tandem::protocol {
namespace {

const std::string smile = "\xf0\x9f\x98\x80";
const std::string marker = "\xef\xa3\xb0";  // the private character that folding uses

bool has_four_byte_character(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xF0; });
}

TEST(SupplementaryCharacters, OrdinaryDocumentsPassUnchanged) {
  for (const char* text : {"", "<a>text &amp; more</a>", "<a>gr\xc3\xbc\xc3\x9f \xe4\xb8\xad</a>",
                           "<a>&#65;&#x42;</a>", "<a>\xef\xbb\xbf\xef\xbf\xbd</a>"}) {
    EXPECT_EQ(fold_supplementary(text), text);
  }
}

TEST(SupplementaryCharacters, ComeBackAsTheyWere) {
  const std::vector<std::string> texts{smile,
                                       "a" + smile + "b",
                                       smile + smile,
                                       marker,
                                       marker + marker + marker,
                                       marker + smile + marker,
                                       std::string("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"),
                                       marker + "\xee\x80\x80\xee\x90\x80"};
  for (const std::string& text : texts) {
    const std::string folded = fold_supplementary(text);
    EXPECT_FALSE(has_four_byte_character(folded));
    EXPECT_LE(folded.size(), 3 * text.size());
    EXPECT_EQ(unfold_supplementary(folded), text);
  }
}

TEST(SupplementaryCharacters, ReferencesMeanTheSame) {
  for (const char* text : {"&#128512;", "&#x1F600;", "&#x1f600;", "&#0000128512;"}) {
    EXPECT_EQ(unfold_supplementary(fold_supplementary(text)), smile) << text;
  }
  EXPECT_EQ(unfold_supplementary(fold_supplementary("&#xF8F0;")), marker);
  for (const char* left :
       {"&#x110000;", "&#xD800;", "&#;", "&#x;", "&#12", "&#xFFFFFFFFF;", "&amp;#128512;"}) {
    EXPECT_EQ(fold_supplementary(left), left);
  }
}

TEST(SupplementaryCharacters, InCdataOnlyTheCharactersThemselvesCount) {
  EXPECT_EQ(fold_supplementary("<![CDATA[&#128512;]]>"), "<![CDATA[&#128512;]]>");
  EXPECT_EQ(unfold_supplementary(fold_supplementary("<![CDATA[" + smile + "]]>&#128512;")),
            "<![CDATA[" + smile + "]]>" + smile);
  const std::string comment = "<!-- " + smile + " &#128512; -->";
  EXPECT_EQ(fold_supplementary(comment), comment);
}

TEST(SupplementaryCharacters, OfAnotherEncodingOnlyReferencesAreTouched) {
  const std::string head = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>";
  EXPECT_EQ(fold_supplementary(head + smile + marker), head + smile + marker) << "seven letters of Latin-1";
  EXPECT_EQ(fold_supplementary(head + "&#128512;"), head + "&#63728;&#57405;&#58880;");
  const std::string utf8 = "<?xml version='1.0' encoding='utf-8'?><a>";
  EXPECT_FALSE(has_four_byte_character(fold_supplementary(utf8 + smile)));
}

TEST(SupplementaryCharacters, WhatIsNotWellFormedIsLeftToTheParser) {
  for (const char* text :
       {"\xf0\x9f\x98", "\xf0\x80\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xf0", "\xf0\x9f\xef\xa3"}) {
    EXPECT_EQ(fold_supplementary(text), text);
  }
}

}  // namespace
}  // namespace tandem::protocol
